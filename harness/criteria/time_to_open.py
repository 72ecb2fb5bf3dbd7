"""How soon a breaker opens once its dependency fails."""

import dataclasses

from harness.criteria.criterion import Bound, Finding, Verdict
from harness.criteria.judgement import Limit, failed, inconclusive, judged, not_asked
from harness.evidence.breaker_history import BreakerHistory, BreakerState, dependency_of
from harness.evidence.testimony import attempts_during, breaker_histories, fault_span, requests_of
from harness.record import FaultSpan, RunRecord

FEWEST_CALLS = 10
"""Calls of the failing dependency that an instance must have made before its silence is held against it."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class TimeToOpen:
    """From the confirmed start of the phase's fault to the opening, on the slowest instance. Never is a failure."""

    breaker: str
    phase: str
    at_most: float  # seconds

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return f"time to open {self.breaker} · {self.phase}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.phase,)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="s")
        dependency = dependency_of(self.breaker)
        fault = fault_span(record, self.phase, dependency)
        if fault is None:
            return not_asked(limit, f"No fault of {dependency} was active.")
        histories = breaker_histories(record, self.breaker)
        if not histories:
            return inconclusive(limit, "No instance answered a request.")
        doubts = [doubt for history in histories if (doubt := self._doubt(record, history, fault, limit))]
        if doubts:
            return min(doubts, key=lambda doubt: doubt.verdict is not Verdict.FAIL)
        slowest, opened = max(
            ((history, _opening(history, fault)) for history in histories),
            key=lambda pair: pair[1][0],
        )
        return judged(
            opened[0],
            limit,
            f"{slowest.instance}, the slowest of {len(histories)}, opened {opened[0]:.2f} s after the fault began.",
            evidence=[opened[1]],
        )

    def _doubt(self, record: RunRecord, history: BreakerHistory, fault: FaultSpan, limit: Limit) -> Finding | None:
        before = history.at(fault.started_at)
        if before.state is not BreakerState.CLOSED:
            return inconclusive(limit, f"{history.instance} was {before.state} already when the fault began.")
        if any(history.entered(BreakerState.OPEN, since=fault.started_at, until=fault.ended_at)):
            return None
        # Refused connections leave no attempt at the dependency, so the caller's requests count as well.
        attempts = attempts_during(record, fault, dependency_of(self.breaker))
        requests = requests_of(record, self.phase)
        calls = max(sum(row.instance == history.instance for row in rows) for rows in (attempts, requests))
        if calls < FEWEST_CALLS:
            return inconclusive(limit, f"{history.instance} met the fault {calls} times; expected {FEWEST_CALLS}.")
        return failed(limit, f"{history.instance} never opened, although it met the fault {calls} times.")


def _opening(history: BreakerHistory, fault: FaultSpan) -> tuple[float, str]:
    opened = next(history.entered(BreakerState.OPEN, since=fault.started_at, until=fault.ended_at))
    return opened.started_at - fault.started_at, opened.event
