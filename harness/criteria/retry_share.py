"""How much retries add to the load of a dependency."""

import dataclasses

from harness.criteria.criterion import Bound, Finding
from harness.criteria.judgement import Limit, inconclusive, judged, not_asked
from harness.evidence.testimony import attempts_during, phase_span
from harness.record import RunRecord

FEWEST = 20
"""First attempts without which nothing is said."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class RetryShare:
    """Retries ÷ first attempts, as the dependency counted them."""

    dependency: str
    phase: str
    at_most: float  # ratio

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return f"retries on {self.dependency} · {self.phase}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.phase,)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="ratio")
        span = phase_span(record, self.phase)
        if span is None:
            return not_asked(limit, "The phase did not run.")
        attempts = attempts_during(record, span, self.dependency)
        first = sum(row.attempt == 1 for row in attempts)
        retries = len(attempts) - first
        if first < FEWEST:
            return inconclusive(limit, f"{first} first attempts reached {self.dependency}; expected {FEWEST}.")
        evidence = [f"{row.request_id} attempt {row.attempt}" for row in attempts if row.attempt > 1][:5]
        sentence = f"{retries:,} retries on {first:,} first attempts."
        return judged(retries / first, limit, sentence, evidence=evidence)
