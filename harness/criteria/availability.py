"""How many callers got an answer that they can use, the fallback's included."""

import dataclasses

from harness.criteria.criterion import Bound, Finding
from harness.criteria.judgement import Limit
from harness.criteria.share import judged_share
from harness.evidence.testimony import requests_of
from harness.record import Outcome, RunRecord

_ANSWERED = frozenset({Outcome.SERVED, Outcome.FALLBACK})


@dataclasses.dataclass(frozen=True, kw_only=True)
class Availability:
    """(Served + fallback) ÷ all but refused."""

    phase: str
    at_least: float  # ratio

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return f"availability · {self.phase}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.phase,)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        rows = [row for row in requests_of(record, self.phase) if row.outcome is not Outcome.REFUSED]
        answered = sum(row.outcome in _ANSWERED for row in rows)
        limit = Limit(value=self.at_least, bound=Bound.AT_LEAST, unit="ratio")
        return judged_share(answered, len(rows), limit, f"{answered:,} of {len(rows):,} requests got an answer.")
