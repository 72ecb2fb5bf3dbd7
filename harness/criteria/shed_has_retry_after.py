"""Whether those who are turned away learn when to come back."""

import dataclasses

from harness.criteria.criterion import Bound, Finding
from harness.criteria.judgement import Limit
from harness.criteria.share import judged_share
from harness.evidence.testimony import requests_of
from harness.record import Outcome, RunRecord

UNAVAILABLE = 503

ALL = 1.0
"""The ratio that must carry it: who is not told when to come back comes back at once."""

FEWEST = 10
"""Answers of 503 without which nothing is said."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class ShedHasRetryAfter:
    """The share of the answers of 503 that carry `Retry-After`."""

    phase: str

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return f"503 says when to retry · {self.phase}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.phase,)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        turned_away = [row for row in requests_of(record, self.phase) if row.status == UNAVAILABLE]
        told = sum(row.outcome is Outcome.SHED for row in turned_away)
        limit = Limit(value=ALL, bound=Bound.AT_LEAST, unit="ratio")
        sentence = f"{told:,} of {len(turned_away):,} answers of 503 carried Retry-After."
        return judged_share(told, len(turned_away), limit, sentence, fewest=FEWEST)
