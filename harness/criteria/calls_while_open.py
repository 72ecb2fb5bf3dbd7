"""What an open breaker lets through to a dependency that is down."""

import dataclasses
from collections.abc import Iterator

from harness.criteria.criterion import Bound, Finding
from harness.criteria.judgement import Limit, inconclusive, judged, not_asked
from harness.evidence.breaker_history import BreakerHistory, BreakerState, Stay, dependency_of
from harness.evidence.journal_checks import CIRCUIT_OPEN, IN_FLIGHT
from harness.evidence.spoken_of import dependencies_spoken_of
from harness.evidence.testimony import attempts_during, breaker_histories, phase_span, requests_of
from harness.record import AttemptRow, RunRecord

FEWEST = 10
"""Answers that were turned away, without which an open breaker was never put to the test."""

_OPEN = frozenset({BreakerState.OPEN, BreakerState.ISOLATED})


@dataclasses.dataclass(frozen=True, kw_only=True)
class CallsWhileOpen:
    """Attempts that arrived at the dependency while the breaker of their instance was open, as the dependency saw them.

    Not counted are probes, and what the generation before the opening admitted and arrived within 0.25 s of it.
    Inconclusive unless the breaker was open in the phase and turned requests away.
    """

    breaker: str
    phase: str
    at_most: int

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return f"calls while {self.breaker} is open · {self.phase}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.phase,)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="calls")
        span = phase_span(record, self.phase)
        if span is None:
            return not_asked(limit, "The phase did not run.")
        dependency = dependency_of(self.breaker)
        histories = breaker_histories(record, self.breaker)
        stays = (stay for history in histories for stay in history.between(span.started_at, span.ended_at))
        if not any(stay.state in _OPEN for stay in stays):
            return inconclusive(limit, f"No journal tells that {self.breaker} was open.")
        attempts = attempts_during(record, span, dependency)
        calls = [row for history in histories for row in _while_open(history, attempts)]
        turned_away = sum(
            row.reason == CIRCUIT_OPEN and dependencies_spoken_of(row) == {dependency}
            for row in requests_of(record, self.phase)
        )
        if len(calls) <= self.at_most and turned_away < FEWEST:
            return inconclusive(limit, f"{self.breaker} turned {turned_away} requests away; expected {FEWEST}.")
        return judged(
            len(calls),
            limit,
            f"{len(calls):,} of {len(attempts):,} attempts went to the open breaker's dependency;"
            f" {turned_away:,} requests were turned away.",
            evidence=[f"{row.request_id} attempt {row.attempt} with permit {row.permit!r}" for row in calls[:5]],
        )


def _while_open(history: BreakerHistory, attempts: list[AttemptRow]) -> Iterator[AttemptRow]:
    for row in attempts:
        if row.instance != history.instance or row.permit.endswith(f"-{BreakerState.HALF_OPEN}"):
            continue
        stay = history.at(row.arrived_at)
        if stay.state in _OPEN and not _was_under_way(row, stay):
            yield row


def _was_under_way(row: AttemptRow, opened: Stay) -> bool:
    before = None if opened.generation is None else f"{opened.generation - 1}-{BreakerState.CLOSED}"
    return row.permit == before and row.arrived_at <= opened.started_at + IN_FLIGHT
