"""A rollout on this instance: who goes where, what is counted, and each decision of the fleet made once."""

import asyncio
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from service.background import Background
from service.fleet.control_copy import ControlCopy
from service.fleet.rollout_board import RolloutBoard
from service.fleet.rollout_document import StoredRollout, document_name
from service.fleet.rollout_tally import RolloutTally, Ticket
from service.fleet.schema import UnknownSchemaError
from service.reliability.control_freshness import Freshness
from service.reliability.rollout import ACTIVE, Act, Rollout, decided
from service.reliability.rollout_counts import FleetCounts
from service.reliability.rollout_decision import decide
from service.reliability.rollout_verdict import Action, Decision
from service.reliability.slo import Variant
from service.reliability.traffic_split import is_canary
from service.store.control import VersionConflictError
from service.store.counts import BOARD_WITHIN
from service.store.errors import StoreError

TICK = 0.25
"""Seconds between two looks at whether something is due, while nothing else asks."""

EVALUATED_EVERY = 1.0
"""Seconds between two decisions, and between two publications that tell of a bad outcome, of one instance."""

PUBLISHED_EVERY = 5.0
"""Seconds between two publications of what is good."""


@dataclass(frozen=True, kw_only=True)
class RolloutChanged:
    """A change of the rollout that this instance has made."""

    action: str
    rollout: Rollout
    version: int


class Rollouts:
    """One rollout. Driven by requests and by a task, whichever comes first; no decision rests on either's timing."""

    def __init__(
        self,
        name: str,
        *,
        instance: str,
        copy: ControlCopy,
        document: StoredRollout,
        board: RolloutBoard,
        on_change: Callable[[RolloutChanged], None],
    ) -> None:
        self.name = name
        self._instance = instance
        self._copy = copy
        self._document = document
        self._board = board
        self._on_change = on_change
        self._tally: RolloutTally | None = None
        self._published_at = self._evaluated_at = time.monotonic() - PUBLISHED_EVERY
        self._unreadable_since: float | None = None
        self._working = Background(self._work)
        self._loop = Background(self._run)
        self.failure = ""  # why the last look at the counts or the store failed, "" when it did not
        self.latest: Decision | None = None

    async def start(self) -> None:
        """Read the document, and look from then on at what is due."""
        await self._copy.fresh()
        self._loop.begin()

    async def stop(self) -> None:
        """Stop looking; what was counted is published first."""
        await self._loop.stop()
        await self._working.stop()
        with suppress(StoreError, TimeoutError):
            await self._publish()

    async def admit(self, caller: str) -> tuple[Variant, Ticket | None]:
        """Where a caller's request goes, and its ticket while that is counted."""
        trust = await self._copy.fresh()
        self.poke()
        rollout, _ = self._known()
        if rollout is None or trust is Freshness.STABLE_ONLY:
            return Variant.STABLE, None
        variant = Variant.CANARY if is_canary(rollout.salt, caller, rollout.weight) else Variant.STABLE
        if rollout.status not in ACTIVE:
            return variant, None
        return variant, self._tally_of(rollout).admit(rollout, variant, caller, time.time())

    def withdraw(self, ticket: Ticket) -> None:
        """The request tells nothing about its variant."""
        if self._tally is not None:
            self._tally.withdraw(ticket)

    def ended(self, ticket: Ticket, *, failed: bool) -> None:
        """The request was answered; `failed`: by an error of the server."""
        if self._tally is not None:
            self._tally.end(ticket, failed=failed)
            self.poke()

    def current(self) -> tuple[Rollout | None, int]:
        """The rollout as this instance knows it, and its version. Raises UnknownSchemaError."""
        return self._document.current()

    async def counts(self, rollout: Rollout) -> FleetCounts:
        """What the fleet has published. Raises StoreError or TimeoutError."""
        async with asyncio.timeout(BOARD_WITHIN):
            return await self._board.read(rollout.generation)

    async def change(
        self,
        change: Callable[[Rollout | None, Act], Rollout],
        act: Act,
        action: str,
        *,
        expected_version: int | None = None,
        dry_run: bool = False,
    ) -> tuple[Rollout, int]:
        """Have an operator's change made, of the rollout as it is now; what it is then, and in which version.

        `expected_version` is the one that the operator has seen, 0 for none. In a dry run nothing is written.

        Raises:
            UnknownSchemaError, VersionConflictError, StoreError: it was not made; so does what `change` raises.
        """
        await self._copy.read()
        before, version = self._document.current()
        if expected_version is not None and expected_version != version:
            raise VersionConflictError(document_name(self.name), expected_version, version)
        after = change(before, act)
        return after, version + 1 if dry_run else await self._write(after, version, action)

    def act(self, by: str, reason: str) -> Act:
        """A change that happens now, under an id that nobody else uses."""
        return Act(id=secrets.token_hex(8), at=time.time(), by=by, reason=reason)

    def poke(self) -> None:
        """Do what is due, if anything is and nobody is at it."""
        if self._due():
            self._working.begin()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            await self._copy.fresh()
            self.poke()

    def _known(self) -> tuple[Rollout | None, int]:
        try:
            return self._document.current()
        except UnknownSchemaError as error:
            self.failure = str(error)
            return None, 0

    def _tally_of(self, rollout: Rollout) -> RolloutTally:
        if self._tally is None or self._tally.generation != rollout.generation:
            self._tally = RolloutTally(rollout, clock=time.monotonic)
        return self._tally

    def _due(self) -> bool:
        rollout, _ = self._known()
        if rollout is None or rollout.status not in ACTIVE:
            return False
        return time.monotonic() - self._evaluated_at >= EVALUATED_EVERY

    async def _work(self) -> None:
        """Publish and decide; a failure is told, and tried again when that is due the next time."""
        self._evaluated_at = time.monotonic()
        with self._failures_told():
            if self._tally is not None and (
                self._tally.has_bad_news() or time.monotonic() - self._published_at >= PUBLISHED_EVERY
            ):
                await self._publish()
        with self._failures_told():
            await self._decide()

    @contextmanager
    def _failures_told(self) -> Iterator[None]:
        try:
            yield
        except StoreError as error:
            self.failure = str(error)
        except TimeoutError:
            self.failure = f"the count board did not answer within {BOARD_WITHIN:g} s"

    async def _publish(self) -> None:
        if self._tally is not None:
            self._published_at = time.monotonic()
            async with asyncio.timeout(BOARD_WITHIN):
                await self._board.publish(self._tally, wall_now=time.time())

    async def _decide(self) -> None:
        rollout, version = self._known()
        if rollout is None or rollout.status not in ACTIVE:
            return
        counts = None
        with self._failures_told():
            counts = await self.counts(rollout)
            self.failure = ""
        decision = decide(rollout, counts, now=time.time(), unreadable_for=self._unreadable_for(counts))
        self.latest = decision
        if decision.action is not Action.NONE:
            after = decided(rollout, decision, self.act(self._instance, decision.reason))
            with suppress(VersionConflictError):  # another was first: an instance with the same counts, or an operator
                await self._write(after, version, decision.action)

    def _unreadable_for(self, counts: FleetCounts | None) -> float:
        if counts is not None:
            self._unreadable_since = None
            return 0.0
        self._unreadable_since = self._unreadable_since or time.monotonic()
        return time.monotonic() - self._unreadable_since

    async def _write(self, after: Rollout, over: int, action: str) -> int:
        version = await self._document.write(after, over=over, action=action)
        self._on_change(RolloutChanged(action=action, rollout=after, version=version))
        return version
