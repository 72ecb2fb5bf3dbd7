"""What an instance that is not ready does with the requests that reach it all the same."""

import dataclasses

from harness.criteria.criterion import Bound, Finding
from harness.criteria.judgement import Limit, inconclusive, judged, not_asked
from harness.evidence.readiness import not_ready
from harness.evidence.testimony import phase_span, requests_of
from harness.record import Outcome, RequestRow, RunRecord

NOT_READY = "not_ready"

FEWEST = 10
"""Requests that were turned away, without which a shut gate was never put to the test."""

MARGIN = 0.1
"""Seconds around a change of readiness, for requests that were on their way and for what clocks differ."""

HEALTH = frozenset({"live", "health"})
"""The kinds of request that are no workload."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class WorkWhileNotReady:
    """Requests of the workload that an instance took on while it was not ready, whatever became of them."""

    phase: str
    at_most: int

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return f"work taken on while not ready · {self.phase}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.phase,)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="requests")
        if phase_span(record, self.phase) is None:
            return not_asked(limit, "The phase did not run.")
        reached = [row for row in requests_of(record, self.phase) if row.request not in HEALTH and _during(record, row)]
        shed = sum(row.outcome is Outcome.SHED and row.reason == NOT_READY for row in reached)
        taken = [row for row in reached if not (row.outcome is Outcome.SHED and row.reason == NOT_READY)]
        if len(taken) <= self.at_most and shed < FEWEST:
            return inconclusive(limit, f"{shed} requests were turned away; expected {FEWEST}.")
        return judged(
            len(taken),
            limit,
            f"{len(taken)} of {len(reached)} requests that reached an instance that was not ready were taken on.",
            evidence=[f"{row.request_id}: {row.outcome} {row.reason}" for row in taken[:5]],
        )


def _during(record: RunRecord, row: RequestRow) -> bool:
    return any(
        each.instance == row.instance
        and each.started_at + MARGIN <= row.sent_at
        and row.ended_at <= (record.ended_at if each.ended_at is None else each.ended_at - MARGIN)
        for each in not_ready(record)
    )
