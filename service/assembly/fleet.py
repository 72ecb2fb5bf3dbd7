"""What this instance shares with the others."""

from contextlib import suppress

from starlette.middleware import Middleware

from service.assembly.names import COUNT_BOARD, EMBEDDINGS
from service.assembly.stores import FleetStore
from service.dependencies.errors import AttemptError
from service.fleet.audit_trail import AuditTrail
from service.fleet.control_copy import ControlCopy
from service.fleet.fleet_signals import FleetSignals
from service.fleet.instance_views import InstanceViews
from service.fleet.instances import Instances
from service.fleet.operations import DOCUMENT as OPERATIONS
from service.fleet.operations import Operations
from service.fleet.rollout_board import RolloutBoard
from service.fleet.rollout_document import StoredRollout, document_name
from service.fleet.rollouts import Rollouts
from service.reliability.golden_signals import GoldenSignals
from service.settings.configurations import rollout_config
from service.settings.settings import Settings
from service.store.control import ControlDocument
from service.store.errors import StoreError
from service.web.access import Access
from service.web.identity import Identity
from service.web.journal import Journal
from service.web.lever_journal import LeverJournal
from service.web.rollout_journal import RolloutJournal
from service.web.rollout_routes import RolloutRoutes
from service.web.traffic_shaping import TrafficShaping


class Fleet:
    """What this instance shares with the others, and the rollout that they decide together."""

    def __init__(self, settings: Settings, identity: Identity, journal: Journal, shared: FleetStore) -> None:
        self._shared = shared
        self._board = shared.board
        self._rollout_journal, self._lever_journal = RolloutJournal(journal), LeverJournal(journal, identity.instance)
        self.rollouts: dict[str, Rollouts] = {}
        begins = settings.use_reliability_system and bool(settings.embedding_canary_model)
        names = [OPERATIONS, document_name(EMBEDDINGS)] if begins else [OPERATIONS]  # each is paid for where it is read
        self.copy = copy = ControlCopy(
            shared.control, names, on_change=self._seen, on_answer=self._lever_journal.answered
        )
        self.instances = Instances(self._board, names, instance=identity.instance, boot_id=identity.boot_id)
        copy.listen(self.instances.poke)
        self.views = InstanceViews(self._board, self.instances, instance=identity.instance, boot_id=identity.boot_id)
        copy.listen(self.views.poke)
        journal.subscribe(self.views.changed)
        copy.listen(self._lever_journal.end)
        self.documents = names
        self.operations = Operations(shared.control, copy)
        self.operations.listen(self._lever_journal.changed)
        if begins:
            self.rollouts[EMBEDDINGS] = Rollouts(
                EMBEDDINGS,
                instance=identity.instance,
                copy=copy,
                document=StoredRollout(EMBEDDINGS, shared.control, copy),
                board=RolloutBoard(EMBEDDINGS, self._board, instance=identity.instance, boot_id=identity.boot_id),
                on_change=self._rollout_journal.changed,
            )
        self.audit = AuditTrail(
            shared.control, {OPERATIONS: OPERATIONS, document_name(EMBEDDINGS): f"rollout/{EMBEDDINGS}"}
        )
        self.routes = RolloutRoutes(self.rollouts, rollout_config(settings), copy)

    def signals(self, signals: GoldenSignals, identity: Identity) -> FleetSignals:
        """This instance's golden signals among everyone's."""
        return FleetSignals(signals, self._board, instance=identity.instance, boot_id=identity.boot_id)

    async def check_count_board(self) -> None:
        """Whether the count board answers. Raises AttemptError."""
        try:
            await self._board.read(COUNT_BOARD)
        except StoreError as error:
            raise AttemptError(str(error)) from error

    def _seen(self, document: ControlDocument) -> None:
        if document.name == OPERATIONS:
            self.operations.seen(document)
            if self.operations.problem:
                self._lever_journal.unreadable(self.operations.problem)
                return
        else:
            self._rollout_journal.seen(document)
        self.instances.works_by(document)

    async def start(self) -> None:
        """Open the control store, read it, and take part in what is decided."""
        await self._shared.open()
        with suppress(StoreError):  # then it is told that the store does not answer
            await self.operations.load()
        await self.copy.start()
        self.views.start()
        for rollouts in self.rollouts.values():
            await rollouts.start()

    async def stop(self) -> None:
        """Tell what was counted, and close the store."""
        for rollouts in self.rollouts.values():
            await rollouts.stop()
        await self.copy.stop()
        await self.instances.stop()
        await self.views.stop()
        await self._board.close()
        await self._shared.close()

    def shaping(self, access: Access) -> list[Middleware]:
        """What chooses between the variants of the embeddings' route; nothing where there is one variant."""
        return [Middleware(TrafficShaping, rollouts=rollouts, access=access) for rollouts in self.rollouts.values()]
