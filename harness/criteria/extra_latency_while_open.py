"""What an open breaker costs those whom it turns away."""

import dataclasses

from harness.criteria.criterion import Bound, Finding
from harness.criteria.judgement import Limit
from harness.criteria.latencies import judged_percentile
from harness.evidence.journal_checks import CIRCUIT_OPEN
from harness.evidence.testimony import requests_of
from harness.record import RunRecord

QUANTILE = 0.99


@dataclasses.dataclass(frozen=True, kw_only=True)
class ExtraLatencyWhileOpen:
    """The p99 of answers for which nothing was tried: all of it is the layer's own time and its fallback's."""

    phase: str
    at_most: float  # milliseconds

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return f"extra latency while open · {self.phase}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.phase,)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="ms")
        untried = [row for row in requests_of(record, self.phase) if row.reason == CIRCUIT_OPEN and not row.attempts]
        return judged_percentile(untried, QUANTILE, limit, "answers that were given without an attempt")
