"""The life of each breaker on each instance, as figures and as a chain of states."""

from collections import defaultdict

import msgspec

from harness.evidence.breaker_history import BreakerHistory, BreakerState, dependency_of
from harness.evidence.testimony import breaker_histories, instances_of, was_answered
from harness.record import Part, RunRecord


class StateSpan(msgspec.Struct, frozen=True, kw_only=True):
    """A stay in one state, cut to the main part of the run."""

    state: str
    generation: int | None
    started_at: float
    ended_at: float
    reason: str  # why it began; "" for the first


class BreakerCard(msgspec.Struct, frozen=True, kw_only=True):
    """One breaker on one instance."""

    breaker: str
    instance: str
    openings: int
    seconds: dict[str, float]  # in each state
    probes: int  # that reached the dependency
    probes_answered: int
    states: list[StateSpan]


def breaker_cards(record: RunRecord) -> list[BreakerCard]:
    """A card for each breaker that is known from a journal or from the permits of attempts."""
    spans = [span for span in record.phases if span.part is Part.MAIN]
    if not spans:
        return []
    start, end = min(span.started_at for span in spans), max(span.ended_at for span in spans)
    return [
        _card(record, history, start, end)
        for breaker in _breakers(record)
        for history in breaker_histories(record, breaker)
    ]


def _breakers(record: RunRecord) -> list[str]:
    told = {row.subject for row in record.journal if row.type.startswith("breaker_")}
    # A breaker that never changed is in no journal; its permits tell at least whose it is.
    twins = instances_of(record, Part.CONTRAST)
    permitted = {row.dependency for row in record.attempts if row.permit and row.instance not in twins}
    return sorted(told | (permitted - {dependency_of(breaker) for breaker in told}))


def _card(record: RunRecord, history: BreakerHistory, start: float, end: float) -> BreakerCard:
    states = [
        StateSpan(
            state=stay.state,
            generation=stay.generation,
            started_at=max(stay.started_at, start),
            ended_at=min(stay.ended_at, end),
            reason=stay.reason,
        )
        for stay in history.stays
        if stay.ended_at > start and stay.started_at < end
    ]
    seconds: dict[str, float] = defaultdict(float)
    for state in states:
        seconds[state.state] += state.ended_at - state.started_at
    dependency = dependency_of(history.breaker)
    probes = [
        row
        for row in record.attempts
        if row.instance == history.instance
        and row.dependency == dependency
        and row.permit.endswith(f"-{BreakerState.HALF_OPEN}")
        and start <= row.arrived_at < end
    ]
    return BreakerCard(
        breaker=history.breaker,
        instance=history.instance,
        openings=sum(state.state == BreakerState.OPEN for state in states),
        seconds=dict(seconds),
        probes=len(probes),
        probes_answered=sum(was_answered(row) for row in probes),
        states=states,
    )
