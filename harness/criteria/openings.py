"""How often breakers open: never without a cause, and not at every twitch with one."""

import dataclasses

from harness.criteria.criterion import Bound, Finding
from harness.criteria.judgement import Limit, inconclusive, judged, not_asked
from harness.evidence.breaker_history import STATE_AFTER, BreakerState, Stay
from harness.evidence.testimony import breaker_histories, is_known, knows_breakers, phase_span, requests_of
from harness.record import RunRecord

FEWEST = 50
"""Requests without which a breaker that did not open proves nothing."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class FalseTrips:
    """Openings of the breakers, over all instances, in a phase in which nothing gives them a reason."""

    phase: str
    breakers: tuple[str, ...] = ()  # () stands for all
    at_most: int = 0

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return f"false trips · {self.phase}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.phase,)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="openings")
        openings = openings_of(record, self.phase, self.breakers or _all_breakers(record))
        if openings is None:
            return not_asked(limit, "The phase did not run.")
        found = [stay for stays in openings.values() for stay in stays]
        requests = len(requests_of(record, self.phase))
        if not found and requests < FEWEST:
            return inconclusive(limit, f"{requests} requests gave the breakers no chance; expected {FEWEST}.")
        unknown = [breaker for breaker in self.breakers if not is_known(record, breaker)]
        if not found and (unknown or not (self.breakers or knows_breakers(record))):
            return inconclusive(limit, f"No witness knows {', '.join(unknown) or 'any breaker'}.")
        sentence = f"{len(found)} openings in {requests:,} requests."
        return judged(len(found), limit, sentence, evidence=[f"{stay.event}: {stay.reason}" for stay in found])


@dataclasses.dataclass(frozen=True, kw_only=True)
class Flaps:
    """Openings of a breaker in a phase in which its dependency comes and goes, on the instance with the most."""

    breaker: str
    phase: str
    at_most: int

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return f"flaps of {self.breaker} · {self.phase}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.phase,)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="openings")
        openings = openings_of(record, self.phase, (self.breaker,))
        if openings is None:
            return not_asked(limit, "The phase did not run.")
        requests = len(requests_of(record, self.phase))
        if not openings or requests < FEWEST:
            return inconclusive(limit, f"{requests} requests gave the breaker no chance; expected {FEWEST}.")
        if not is_known(record, self.breaker):
            return inconclusive(limit, f"No witness knows {self.breaker}.")
        (instance, _), most = max(openings.items(), key=lambda item: len(item[1]))
        return judged(
            len(most),
            limit,
            f"{instance} opened {len(most)} times, the most of {len(openings)} instances.",
            evidence=[f"{stay.event}: {stay.reason}" for stay in most],
        )


def _all_breakers(record: RunRecord) -> tuple[str, ...]:
    return tuple(sorted({row.subject for row in record.journal if row.type in STATE_AFTER}))


def openings_of(record: RunRecord, phase: str, breakers: tuple[str, ...]) -> dict[tuple[str, str], list[Stay]] | None:
    """The openings in a phase of the main part, for each instance and breaker; None when the phase did not run."""
    span = phase_span(record, phase)
    if span is None:
        return None
    return {
        (history.instance, breaker): list(
            history.entered(BreakerState.OPEN, since=span.started_at, until=span.ended_at)
        )
        for breaker in breakers
        for history in breaker_histories(record, breaker)
    }
