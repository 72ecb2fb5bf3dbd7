"""A breaker in a few lines, with its mistakes to choose from: what a synthetic run is made with."""

import dataclasses

from harness.evidence.breaker_history import BreakerState
from harness.record import JournalRow


@dataclasses.dataclass(frozen=True, kw_only=True)
class Behaviour:
    """How the model's breaker and its callers behave; the defaults are right, anything else is a defect."""

    consecutive_failures: int | None = 5  # None: never opens
    open_seconds: float = 3.0
    max_probes: int = 3
    successes_to_close: int = 2
    keeps_out: bool = True  # False: lets calls pass while open, and still says that it is open
    counts_refused_input: bool = False
    counts_hangs: bool = True
    attempt_seconds: float = 0.5  # until an attempt that is not answered is given up
    max_retries: int = 1
    retries_refused_input: bool = False
    rejection_seconds: float = 0.002
    shed_without_retry_after: bool = False
    healthy_seconds: float = 0.020
    shares_its_fate: bool = False  # True: requests that do not need the provider fail with it


@dataclasses.dataclass(frozen=True, kw_only=True)
class Permit:
    """What a call was admitted with."""

    generation: int
    state: BreakerState

    def __str__(self) -> str:
        return f"{self.generation}-{self.state}"


class BreakerModel:
    """Consecutive failures open it, a probe's failure opens it again, successes of probes close it."""

    def __init__(self, instance: str, name: str, behaviour: Behaviour) -> None:
        self.instance = instance
        self.name = name
        self.journal: list[JournalRow] = []
        self._behaviour = behaviour
        self._state = BreakerState.CLOSED
        self._generation = 1
        self._failures = self._successes = self._probes = 0
        self._opened_at = 0.0

    def admit(self, now: float) -> Permit | None:
        """A permit, or None for a rejection."""
        if self._state is BreakerState.OPEN and now >= self._opened_at + self._behaviour.open_seconds:
            self._change(BreakerState.HALF_OPEN, now, f"{self._behaviour.open_seconds:g} s have passed")
        if self._state is BreakerState.OPEN and self._behaviour.keeps_out:
            return None
        if self._state is BreakerState.HALF_OPEN:
            if self._probes >= self._behaviour.max_probes:
                return None
            self._probes += 1
        return Permit(generation=self._generation, state=self._state)

    def end(self, permit: Permit, now: float, *, failed: bool) -> None:
        """Take in how a call ended; a call of an earlier generation counts for nothing."""
        if permit.generation != self._generation or self._state is BreakerState.OPEN:
            return
        if self._state is BreakerState.HALF_OPEN:
            self._probes -= 1
        if failed:
            self._failed(now)
            return
        self._failures = 0
        self._successes += 1
        if self._state is BreakerState.HALF_OPEN and self._successes >= self._behaviour.successes_to_close:
            self._change(BreakerState.CLOSED, now, f"{self._successes} probes succeeded")

    def _failed(self, now: float) -> None:
        self._failures += 1
        if self._state is BreakerState.HALF_OPEN:
            self._change(BreakerState.OPEN, now, "a probe failed")
            self._opened_at = now
        elif (
            self._behaviour.consecutive_failures is not None and self._failures >= self._behaviour.consecutive_failures
        ):
            self._change(BreakerState.OPEN, now, f"{self._failures} calls failed in a row")
            self._opened_at = now

    def _change(self, state: BreakerState, now: float, reason: str) -> None:
        before, self._state = self._state, state
        self._generation += 1
        self._failures = self._successes = self._probes = 0
        past = {BreakerState.OPEN: "opened", BreakerState.HALF_OPEN: "half_opened", BreakerState.CLOSED: "closed"}
        self.journal.append(
            JournalRow(
                instance=self.instance,
                boot_id=f"boot-{self.instance}",
                sequence=len(self.journal) + 1,
                at=now,
                type=f"breaker_{past[state]}",
                subject=self.name,
                reason=reason,
                detail={"from": str(before), "to": str(state), "generation": self._generation},
            )
        )
