"""How many callers got what they asked for, from the dependency itself."""

import dataclasses

from harness.criteria.criterion import Bound, Finding
from harness.criteria.judgement import Limit
from harness.criteria.share import judged_share
from harness.evidence.testimony import requests_of
from harness.record import Outcome, RunRecord


@dataclasses.dataclass(frozen=True, kw_only=True)
class Goodput:
    """Served ÷ all but refused: a caller's own mistake is nobody's loss."""

    phase: str
    at_least: float  # ratio
    requests: tuple[str, ...] = ()  # names of kinds; () stands for all

    @property
    def name(self) -> str:
        """As `Criterion`."""
        of = f" of {', '.join(self.requests)}" if self.requests else ""
        return f"goodput{of} · {self.phase}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.phase,)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        rows = [row for row in requests_of(record, self.phase, self.requests) if row.outcome is not Outcome.REFUSED]
        served = sum(row.outcome is Outcome.SERVED for row in rows)
        limit = Limit(value=self.at_least, bound=Bound.AT_LEAST, unit="ratio")
        return judged_share(served, len(rows), limit, f"{served:,} of {len(rows):,} requests were served.")
