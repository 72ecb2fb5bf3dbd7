"""How long callers wait."""

import dataclasses

from harness.criteria.criterion import Bound, Finding
from harness.criteria.judgement import Limit
from harness.criteria.latencies import judged_percentile
from harness.evidence.testimony import requests_of
from harness.record import RunRecord


@dataclasses.dataclass(frozen=True, kw_only=True)
class Latency:
    """A percentile of the latency from the planned instant, over all requests, those that got no answer included."""

    phase: str
    quantile: float  # in (0, 1): 0.99 is the p99
    at_most: float  # milliseconds
    requests: tuple[str, ...] = ()  # names of kinds; () stands for all

    def __post_init__(self) -> None:
        """Raise ValueError when there is no such percentile."""
        if not 0 < self.quantile < 1:
            raise ValueError(f"quantile is {self.quantile}; expected a ratio between 0 and 1")

    @property
    def name(self) -> str:
        """As `Criterion`."""
        of = f" of {', '.join(self.requests)}" if self.requests else ""
        return f"p{100 * self.quantile:g} latency{of} · {self.phase}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.phase,)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="ms")
        return judged_percentile(requests_of(record, self.phase, self.requests), self.quantile, limit, "requests")
