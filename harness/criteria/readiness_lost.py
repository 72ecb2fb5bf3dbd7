"""How soon an instance takes itself out when what it cannot do without fails, and how soon it comes back."""

import dataclasses

from harness.criteria.criterion import Bound, Finding
from harness.criteria.judgement import Limit, failed, inconclusive, judged, not_asked
from harness.evidence.readiness import NotReady, not_ready
from harness.evidence.testimony import fault_span, instances_of
from harness.record import FaultSpan, Part, RunRecord


@dataclasses.dataclass(frozen=True, kw_only=True)
class TimeToNotReady:
    """From the start of a dependency's fault until the slowest instance is not ready. Never is a failure."""

    dependency: str
    phase: str
    at_most: float  # seconds

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return f"time to not ready · {self.phase}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.phase,)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="s")
        fault = fault_span(record, self.phase, self.dependency)
        if fault is None:
            return not_asked(limit, f"No fault of {self.dependency} was active.")
        slowest: NotReady | None = None
        for instance in sorted(instances_of(record, Part.MAIN)):
            lost = _lost_during(record, instance, fault)
            if lost is None:
                return failed(limit, f"{instance} stayed ready, although {self.dependency} failed.")
            slowest = lost if slowest is None or lost.started_at > slowest.started_at else slowest
        if slowest is None:
            return inconclusive(limit, "No instance answered a request.")
        seconds = slowest.started_at - fault.started_at
        sentence = f"{slowest.instance}, the slowest, was not ready {seconds:.2f} s after the fault began."
        return judged(max(0.0, seconds), limit, sentence, evidence=[slowest.lost])


@dataclasses.dataclass(frozen=True, kw_only=True)
class TimeToReady:
    """From the end of a dependency's fault until the slowest instance is ready again. Never is a failure."""

    dependency: str
    after: str  # the phase with the fault
    at_most: float  # seconds

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return f"time to ready · after {self.after}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.after,)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="s")
        fault = fault_span(record, self.after, self.dependency)
        if fault is None:
            return not_asked(limit, f"No fault of {self.dependency} was active.")
        out = [
            each for each in not_ready(record) if each.started_at <= fault.ended_at < (each.ended_at or record.ended_at)
        ]
        if not out:
            return inconclusive(limit, "Every instance was ready when the fault ended.")
        for each in out:
            if each.ended_at is None:
                return failed(limit, f"{each.instance} was not ready again.", evidence=[each.lost])
        slowest = max(out, key=lambda each: each.ended_at or 0.0)
        seconds = (slowest.ended_at or 0.0) - fault.ended_at
        sentence = f"{slowest.instance}, the slowest, was ready again {seconds:.2f} s after the fault ended."
        return judged(seconds, limit, sentence, evidence=[slowest.regained])


def _lost_during(record: RunRecord, instance: str, fault: FaultSpan) -> NotReady | None:
    return next(
        (
            each
            for each in not_ready(record)
            if each.instance == instance and fault.started_at <= each.started_at < fault.ended_at
        ),
        None,
    )
