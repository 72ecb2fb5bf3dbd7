"""What must not change an instance's readiness."""

import dataclasses

from harness.criteria.criterion import Bound, Finding
from harness.criteria.judgement import Limit, inconclusive, judged, not_asked
from harness.evidence.readiness import not_ready
from harness.evidence.testimony import fault_span
from harness.record import RunRecord

GATE_ROWS = ("gate_shut", "gate_check_failed")


@dataclasses.dataclass(frozen=True, kw_only=True)
class StaysReady:
    """How often an instance was not ready while a dependency failed that it can do without.

    Inconclusive unless the dependency's own gate was seen to shut: a fault that nobody noticed proves nothing.
    """

    dependency: str
    phase: str
    at_most: int = 0

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return f"stays ready · {self.phase}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.phase,)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="times")
        fault = fault_span(record, self.phase, self.dependency)
        if fault is None:
            return not_asked(limit, f"No fault of {self.dependency} was active.")
        lost = [each for each in not_ready(record) if fault.started_at <= each.started_at < fault.ended_at]
        shut = [
            row
            for row in record.journal
            if row.subject == self.dependency and row.type in GATE_ROWS and fault.started_at <= row.at < fault.ended_at
        ]
        if not lost and not shut:
            return inconclusive(limit, f"No gate of {self.dependency} noticed the fault.")
        sentence = f"{len(shut)} gates of {self.dependency} shut; instances lost their readiness {len(lost)} times."
        return judged(len(lost), limit, sentence, evidence=[each.lost for each in lost[:5]])


@dataclasses.dataclass(frozen=True, kw_only=True)
class StaysNotReady:
    """How often an instance called itself ready again while its dependency kept failing now and then."""

    dependency: str
    phase: str
    at_most: int = 0

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return f"stays not ready · {self.phase}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.phase,)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="times")
        fault = fault_span(record, self.phase, self.dependency)
        if fault is None:
            return not_asked(limit, f"No fault of {self.dependency} was active.")
        out = [each for each in not_ready(record) if fault.started_at <= each.started_at < fault.ended_at]
        if not out:
            return inconclusive(limit, "No instance was not ready.")
        back = [each for each in out if each.ended_at is not None and each.ended_at < fault.ended_at]
        sentence = f"Not ready {len(out)} times, and ready again too soon {len(back)} times."
        return judged(len(back), limit, sentence, evidence=[each.regained for each in back[:5]])
