"""What must not change an instance's readiness."""

import dataclasses

from harness.criteria.criterion import Bound, Finding
from harness.criteria.judgement import Limit, inconclusive, judged, not_asked
from harness.evidence.readiness import not_ready
from harness.evidence.testimony import fault_span, phase_span
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


@dataclasses.dataclass(frozen=True, kw_only=True)
class PassesBeforeReady:
    """The fewest consecutive passes of a gate, as the journal has them, after which it opened again."""

    gate: str
    phase: str  # in which it opened
    at_least: int

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return f"passes before {self.gate} opens · {self.phase}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.phase,)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_least, bound=Bound.AT_LEAST, unit="passes")
        span = phase_span(record, self.phase)
        if span is None:
            return not_asked(limit, "The phase did not run.")
        streaks = [
            streak
            for instance in sorted({row.instance for row in record.journal})
            for at, streak in self._openings(record, instance)
            if span.started_at <= at < span.ended_at
        ]
        if not streaks:
            return inconclusive(limit, f"No gate of {self.gate} opened.")
        sentence = f"{len(streaks)} gates opened, after {min(streaks)} to {max(streaks)} consecutive passes."
        return judged(min(streaks), limit, sentence)

    def _openings(self, record: RunRecord, instance: str) -> list[tuple[float, int]]:
        rows = [row for row in record.journal if row.instance == instance and row.subject == self.gate]
        openings, streak = [], 0
        for row in sorted(rows, key=lambda row: row.sequence):
            match row.type:
                case "gate_check_passed":
                    streak += 1
                case "gate_shut" | "gate_check_failed":
                    streak = 0
                case "gate_opened":
                    openings.append((row.at, streak + 1))
                    streak = 0
        return openings
