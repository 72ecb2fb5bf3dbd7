"""What this instance shares with the others."""

from starlette.middleware import Middleware

from service.assembly.names import COUNT_BOARD, EMBEDDINGS
from service.assembly.stores import FleetStore
from service.dependencies.errors import AttemptError
from service.fleet.control_copy import ControlCopy
from service.fleet.fleet_signals import FleetSignals
from service.fleet.rollout_board import RolloutBoard
from service.fleet.rollout_document import RolloutDocument, document_name
from service.fleet.rollouts import Rollouts
from service.reliability.golden_signals import GoldenSignals
from service.settings.configurations import rollout_config
from service.settings.settings import Settings
from service.store.errors import StoreError
from service.web.access import Access
from service.web.identity import Identity
from service.web.rollout_journal import RolloutJournal
from service.web.rollout_routes import RolloutRoutes
from service.web.traffic_shaping import TrafficShaping


class Fleet:
    """What this instance shares with the others, and the rollout that they decide together."""

    def __init__(self, settings: Settings, identity: Identity, journal: RolloutJournal, shared: FleetStore) -> None:
        self._shared = shared
        self._board = shared.board
        copy = ControlCopy(shared.control, [document_name(EMBEDDINGS)], on_change=journal.seen)
        self.rollouts: dict[str, Rollouts] = {}
        if settings.use_reliability_system and settings.embedding_canary_model:
            self.rollouts[EMBEDDINGS] = Rollouts(
                EMBEDDINGS,
                instance=identity.instance,
                copy=copy,
                document=RolloutDocument(EMBEDDINGS, shared.control, copy),
                board=RolloutBoard(EMBEDDINGS, self._board, instance=identity.instance, boot_id=identity.boot_id),
                on_change=journal.changed,
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

    async def start(self) -> None:
        """Open the control store and take part in what is decided."""
        await self._shared.open()
        for rollouts in self.rollouts.values():
            await rollouts.start()

    async def stop(self) -> None:
        """Tell what was counted, and close the store."""
        for rollouts in self.rollouts.values():
            await rollouts.stop()
        await self._board.close()
        await self._shared.close()

    def shaping(self, access: Access) -> list[Middleware]:
        """What chooses between the variants of the embeddings' route; nothing where there is one variant."""
        return [Middleware(TrafficShaping, rollouts=rollouts, access=access) for rollouts in self.rollouts.values()]
