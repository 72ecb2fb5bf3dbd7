"""Whether the journals of the breakers are complete and legal, and agree with what the others saw."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from harness.evidence.breaker_history import (
    STATE_AFTER,
    BreakerHistory,
    BreakerState,
    Stay,
    breaker_history,
    dependency_of,
    event_id,
    generation_of,
    state_before,
)
from harness.evidence.check import Check, check
from harness.evidence.spoken_of import dependencies_spoken_of
from harness.record import AttemptRow, JournalRow, Part, RequestRow, RunRecord

IN_FLIGHT = 0.25
"""Seconds that an attempt takes at most from its permit to the dependency, and a verdict from breaker to client."""

CIRCUIT_OPEN = "circuit_open"
"""The reason that an answer gives when the breaker let no attempt through."""

_LEGAL = {
    BreakerState.CLOSED: {BreakerState.OPEN, BreakerState.ISOLATED},
    BreakerState.OPEN: {BreakerState.HALF_OPEN, BreakerState.ISOLATED, BreakerState.CLOSED},
    BreakerState.HALF_OPEN: {BreakerState.OPEN, BreakerState.CLOSED, BreakerState.ISOLATED},
    BreakerState.ISOLATED: {BreakerState.CLOSED},
}


def journal_checks(record: RunRecord) -> list[Check]:
    """Every check that the journals take part in."""
    transitions = [row for row in record.journal if row.type in STATE_AFTER]
    keys = sorted({(row.instance, row.subject) for row in transitions})
    histories = {key: breaker_history(record, *key) for key in keys}
    permitted = [row for row in record.attempts if row.permit]
    rejected = [row for row in record.requests if row.part is Part.MAIN and row.reason == CIRCUIT_OPEN and row.instance]
    return [
        check(
            "No journal has a gap",
            _gaps(record.journal),
            compared=len(record.journal),
            unit="entries",
        ),
        check(
            "Each breaker's journal is a legal chain of states",
            _illegal(transitions),
            compared=len(transitions),
            unit="transitions",
        ),
        check(
            "Each attempt's permit is one that its breaker issued then",
            _foreign_permits(permitted, histories),
            compared=len(permitted),
            unit="permits",
        ),
        check(
            "Each rejection fell into a time when its breaker was not closed",
            _groundless(rejected, histories),
            compared=len(rejected),
            unit="rejections",
        ),
    ]


def _gaps(journal: Sequence[JournalRow]) -> Iterator[str]:
    last: dict[tuple[str, str], int] = {}
    for row in sorted(journal, key=lambda row: (row.instance, row.boot_id, row.sequence)):
        boot = (row.instance, row.boot_id)
        if boot in last and row.sequence != last[boot] + 1:
            yield f"{row.instance}, whose entry {row.sequence} follows {last[boot]}"
        last[boot] = row.sequence


def _illegal(transitions: Sequence[JournalRow]) -> Iterator[str]:
    state: dict[tuple[str, str, str], BreakerState] = {}
    generation: dict[tuple[str, str, str], int] = {}
    instant: dict[tuple[str, str, str], float] = {}
    for row in sorted(transitions, key=lambda row: (row.instance, row.boot_id, row.sequence)):
        breaker = (row.instance, row.boot_id, row.subject)
        before, after, number = state.get(breaker, state_before(row)), STATE_AFTER[row.type], generation_of(row)
        if after not in _LEGAL[before] or row.detail.get("from", before) != before:
            yield f"{event_id(row)}, which leads from {row.detail.get('from', before)} to {after} after {before}"
        elif number is None or number != generation.get(breaker, number - 1) + 1:
            yield f"{event_id(row)}, whose generation {number} follows {generation.get(breaker)}"
        elif row.at < instant.get(breaker, row.at):
            yield f"{event_id(row)}, which is earlier than the transition before it"
        state[breaker], instant[breaker] = after, row.at
        if number is not None:
            generation[breaker] = number


def _foreign_permits(
    attempts: Sequence[AttemptRow], histories: Mapping[tuple[str, str], BreakerHistory]
) -> Iterator[str]:
    issued: dict[tuple[str, str], dict[str, list[Stay]]] = defaultdict(lambda: defaultdict(list))
    for (instance, breaker), history in histories.items():
        for stay in history.stays:
            issued[instance, dependency_of(breaker)][f"{stay.generation}-{stay.state}"].append(stay)
    silent: dict[tuple[str, str], str] = {}  # the only permit of a breaker that never changed
    for row in attempts:
        guard = (row.instance, row.dependency)
        if guard in issued:
            if not any(_was_issued(row, stay) for stay in issued[guard].get(row.permit, ())):
                yield f"the permit {row.permit!r} of {row.request_id} on {row.instance}"
        elif silent.setdefault(guard, row.permit) != row.permit or not row.permit.endswith(f"-{BreakerState.CLOSED}"):
            yield f"the permit {row.permit!r} of {row.request_id} on {row.instance}, whose journal is silent"


def _was_issued(row: AttemptRow, stay: Stay) -> bool:
    # A closed permit that arrives late is a criterion's matter; a probe belongs to its half-open time.
    latest = stay.ended_at + IN_FLIGHT if stay.state is BreakerState.HALF_OPEN else float("inf")
    return stay.started_at - IN_FLIGHT <= row.arrived_at <= latest


def _groundless(rejected: Sequence[RequestRow], histories: Mapping[tuple[str, str], BreakerHistory]) -> Iterator[str]:
    closed_to: dict[str, list[BreakerHistory]] = defaultdict(list)
    for (instance, _), history in histories.items():
        closed_to[instance].append(history)
    for row in rejected:
        candidates = [
            history
            for history in closed_to[row.instance]
            if dependency_of(history.breaker) in dependencies_spoken_of(row)
        ]
        if not any(_was_not_closed(history, row) for history in candidates):
            yield f"{row.request_id}, which {row.instance} rejected while its breakers were closed"


def _was_not_closed(history: BreakerHistory, row: RequestRow) -> bool:
    earliest, latest = row.sent_at - IN_FLIGHT, row.ended_at + IN_FLIGHT
    return any(stay.state is not BreakerState.CLOSED for stay in history.between(earliest, latest))
