"""Questions that are asked of a record again and again: which rows belong to which phase."""

from collections.abc import Collection

from harness.evidence.breaker_history import STATE_AFTER, BreakerHistory, breaker_history, dependency_of
from harness.record import AttemptRow, FaultSpan, Part, PhaseSpan, RequestRow, RunRecord

_ANSWERED = frozenset({"ok", "slow"})


def phase_span(record: RunRecord, phase: str, *, part: Part = Part.MAIN) -> PhaseSpan | None:
    """When a phase ran; None when it did not."""
    return next((span for span in record.phases if span.part is part and span.phase == phase), None)


def fault_span(record: RunRecord, phase: str, dependency: str) -> FaultSpan | None:
    """When the fault of a dependency was active in a phase of the main part; None when there was none."""
    return next(
        (
            span
            for span in record.faults
            if span.part is Part.MAIN and span.phase == phase and span.dependency == dependency
        ),
        None,
    )


def requests_of(
    record: RunRecord, phase: str, kinds: Collection[str] = (), *, part: Part = Part.MAIN
) -> list[RequestRow]:
    """The requests of a phase; of the named kinds only, when any are named."""
    return [
        row
        for row in record.requests
        if row.part is part and row.phase == phase and (not kinds or row.request in kinds)
    ]


def attempts_during(record: RunRecord, span: PhaseSpan | FaultSpan, dependency: str | None = None) -> list[AttemptRow]:
    """The attempts of the span's part that arrived within it."""
    strangers = instances_of(record, Part.CONTRAST if span.part is Part.MAIN else Part.MAIN)
    return [
        row
        for row in record.attempts
        if span.started_at <= row.arrived_at < span.ended_at
        and (dependency is None or row.dependency == dependency)
        and row.instance not in strangers
    ]


def instances_of(record: RunRecord, part: Part) -> set[str]:
    """The instances that answered requests of a part."""
    return {row.instance for row in record.requests if row.part is part and row.instance}


def was_answered(row: AttemptRow) -> bool:
    """Whether the dependency gave an attempt what it asked for, soon or late."""
    return row.result in _ANSWERED


def is_known(record: RunRecord, breaker: str) -> bool:
    """Whether any witness knows a breaker: a journal, or an attempt at what it guards.

    A breaker that never changed is in no journal. Attempts speak for it unless a journal names another breaker there.
    """
    dependency = dependency_of(breaker)
    told = {row.subject for row in record.journal if row.type in STATE_AFTER}
    if breaker in told:
        return True
    twins = instances_of(record, Part.CONTRAST)
    return dependency not in map(dependency_of, told) and any(
        row.dependency == dependency and row.instance not in twins for row in record.attempts
    )


def knows_breakers(record: RunRecord) -> bool:
    """Whether any witness knows any breaker: a journal, or a permit that an attempt was admitted with."""
    return any(row.type in STATE_AFTER for row in record.journal) or any(row.permit for row in record.attempts)


def breaker_histories(record: RunRecord, breaker: str) -> list[BreakerHistory]:
    """The history of a breaker on each instance of the main part, in the order of their names."""
    told = {row.instance for row in record.journal if row.subject == breaker}
    instances = (told | instances_of(record, Part.MAIN)) - instances_of(record, Part.CONTRAST)
    return [breaker_history(record, instance, breaker) for instance in sorted(instances)]
