"""How many checks in a row a gate really waited for before it opened again."""

import dataclasses

from harness.criteria.criterion import Bound, Finding
from harness.criteria.judgement import Limit, inconclusive, judged, not_asked
from harness.evidence.testimony import phase_span
from harness.record import RunRecord


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
