"""How soon a breaker closes for good once its dependency is back."""

import dataclasses

from harness.criteria.criterion import Bound, Finding, Verdict
from harness.criteria.judgement import Limit, failed, inconclusive, judged, not_asked
from harness.evidence.breaker_history import BreakerHistory, BreakerState, Stay, dependency_of
from harness.evidence.testimony import breaker_histories, fault_span
from harness.record import FaultSpan, Part, RunRecord


@dataclasses.dataclass(frozen=True, kw_only=True)
class TimeToClose:
    """From the end of a phase's fault until the breaker stays closed, on the slowest instance. Never is a failure."""

    breaker: str
    after: str  # the phase with the fault
    at_most: float  # seconds

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return f"time to close {self.breaker} · after {self.after}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.after,)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="s")
        dependency = dependency_of(self.breaker)
        fault = fault_span(record, self.after, dependency)
        if fault is None:
            return not_asked(limit, f"No fault of {dependency} was active.")
        until = _calm_until(record, fault)
        findings = [_closing(history, fault, until, limit) for history in breaker_histories(record, self.breaker)]
        for verdict in (Verdict.FAIL, Verdict.PASS):
            decided = [finding for finding in findings if finding.verdict is verdict]
            if decided:
                return max(decided, key=_how_late)
        return inconclusive(limit, "No breaker was open when the fault ended.")


def _how_late(finding: Finding) -> float:
    return float("inf") if finding.value is None else finding.value


def _calm_until(record: RunRecord, fault: FaultSpan) -> float:
    """When the dependency's next fault begins, or the last phase of the main part ends."""
    return min(
        (
            other.started_at
            for other in record.faults
            if other.part is Part.MAIN and other.dependency == fault.dependency and other.started_at >= fault.ended_at
        ),
        default=max(span.ended_at for span in record.phases if span.part is Part.MAIN),
    )


def _closing(history: BreakerHistory, fault: FaultSpan, until: float, limit: Limit) -> Finding:
    def in_between(stay: Stay) -> bool:
        return stay.started_at <= until and stay.ended_at > fault.ended_at

    stays = [stay for stay in history.stays if in_between(stay)]
    if all(stay.state is BreakerState.CLOSED for stay in stays):
        return inconclusive(limit, f"{history.instance} was closed when the fault ended.")
    last = stays[-1]
    if last.state is not BreakerState.CLOSED:
        sentence = f"{history.instance} was still {last.state}, {until - fault.ended_at:.1f} s after the fault ended."
        return failed(limit, sentence, evidence=[last.event])
    seconds = last.started_at - fault.ended_at
    sentence = f"{history.instance}, the slowest, closed {seconds:.2f} s after the fault ended."
    return judged(seconds, limit, sentence, evidence=[last.event])
