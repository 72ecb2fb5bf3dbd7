"""Whether the attempts that the dependencies saw are those of which the answers tell: none more, none fewer."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from harness.evidence.check import Check, check
from harness.evidence.spoken_of import dependencies_spoken_of, has_deliveries
from harness.evidence.testimony import instances_of, was_answered
from harness.plan.fault_text import describe
from harness.plan.scenario import PROVIDER, Fault, FaultMode
from harness.record import AttemptRow, Outcome, Part, RequestRow, RunRecord

CLOCK_TOLERANCE = 0.1
"""Seconds by which two witnesses' clocks may disagree after their offset was removed."""

LONGEST_REQUEST = 10.0
"""Seconds before the end of an aborted run in which not every witness may have told yet what it saw."""

DEADLINE_EXCEEDED = "deadline_exceeded"
"""The reason that an answer gives when its last attempt was cut, perhaps on its way to the dependency."""

PROVIDER_REFUSED = "provider_refused"
"""The reason that an answer gives when the provider itself said that the caller was mistaken."""

Attempts = Mapping[str, Sequence[AttemptRow]]
"""The attempts of each request, by its id."""


def attempt_checks(record: RunRecord) -> list[Check]:
    """Every check that holds attempts against the requests that they were made for."""
    attempts: dict[str, list[AttemptRow]] = defaultdict(list)
    for row in record.attempts:
        attempts[row.request_id].append(row)
    return [
        _each_provided_answer_has_its_attempt(record.requests, attempts),
        _each_request_made_what_it_says(record, attempts),
        _attempts_are_numbered(record, attempts),
        _each_guarded_attempt_has_a_permit(record),
    ]


def ended_with_the_run(instant: float, record: RunRecord) -> bool:
    """Whether an instant lies in the last seconds of a run that was ended early."""
    return bool(record.aborted) and instant > record.ended_at - LONGEST_REQUEST


def _each_provided_answer_has_its_attempt(requests: Sequence[RequestRow], attempts: Attempts) -> Check:
    served = [row for row in requests if row.outcome is Outcome.SERVED and row.attempts is not None]
    refused = [row for row in requests if row.reason == PROVIDER_REFUSED]

    def alone() -> Iterator[str]:
        for row in served:
            if not any(made.dependency == PROVIDER and was_answered(made) for made in attempts.get(row.request_id, ())):
                yield f"{row.request_id}, which no attempt answered"
        for row in refused:
            if not any(made.dependency == PROVIDER for made in attempts.get(row.request_id, ())):
                yield f"{row.request_id}, which the provider refused without having seen it"

    return check(
        "Each answer from the provider has its attempt there",
        alone(),
        compared=len(served) + len(refused),
        unit="answers",
    )


def _each_request_made_what_it_says(record: RunRecord, attempts: Attempts) -> Check:
    telling = [row for row in record.requests if row.attempts is not None]
    excused = 0
    disagreements = []
    for row in telling:
        made = attempts.get(row.request_id, ())
        if _agrees(row, made, lacking=0):
            continue
        if _agrees(row, made, lacking=_may_lack(row, record)):
            excused += 1
        else:
            disagreements.append(f"{row.request_id}, which says {row.attempts} and made {_told(row, made)}")
    return check(
        "Each request made as many attempts as its answer says",
        disagreements,
        compared=len(telling),
        unit="answers",
        remark=f"{excused:,} of them lack an attempt that may never have arrived" if excused else "",
    )


def _agrees(row: RequestRow, made: Sequence[AttemptRow], *, lacking: int) -> bool:
    said = row.attempts or 0
    counts = Counter(attempt.dependency for attempt in made)
    most = len(made) if has_deliveries(row) else said
    return any(said - lacking <= counts[dependency] <= most for dependency in dependencies_spoken_of(row))


def _may_lack(row: RequestRow, record: RunRecord) -> int:
    """How many attempts of a request may have ended before their dependency could see them."""
    if _met_a_refusal(row, record) or ended_with_the_run(row.ended_at, record):
        return row.attempts or 0
    return 1 if row.reason == DEADLINE_EXCEEDED else 0


def _met_a_refusal(row: RequestRow, record: RunRecord) -> bool:
    # The record tells of faults in words; they begin with the same ones whatever share or period the fault has.
    return any(
        fault.dependency in dependencies_spoken_of(row)
        and fault.fault.startswith(describe(Fault(dependency=fault.dependency, mode=FaultMode.REFUSE)))
        and fault.started_at - CLOCK_TOLERANCE <= row.ended_at
        and row.sent_at <= fault.ended_at + CLOCK_TOLERANCE
        for fault in record.faults
    )


def _told(row: RequestRow, made: Sequence[AttemptRow]) -> str:
    counts = Counter(attempt.dependency for attempt in made)
    return " or ".join(f"{counts[name]} on {name}" for name in sorted(dependencies_spoken_of(row)))


def _attempts_are_numbered(record: RunRecord, attempts: Attempts) -> Check:
    made = [(row, attempts[row.request_id]) for row in record.requests if row.request_id in attempts]
    return check(
        "The attempts of a request at a dependency count from 1, without gap or repeat",
        _misnumbered(made, record),
        compared=sum(len(rows) for _, rows in made),
        unit="attempts",
    )


def _misnumbered(made: Sequence[tuple[RequestRow, Sequence[AttemptRow]]], record: RunRecord) -> Iterator[str]:
    for request, rows in made:
        numbers: dict[str, Counter[int]] = defaultdict(Counter)
        for row in rows:
            numbers[row.dependency][row.attempt] += 1
        gaps_allowed = _met_a_refusal(request, record) or ended_with_the_run(request.ended_at, record)
        for dependency, counts in numbers.items():
            # Each of several calls counts from 1 anew, so that no number can be more frequent than the one before it.
            gap = any(counts[number] > counts[number - 1] for number in counts if number > 1) or counts[0] > 0
            repeat = max(counts.values()) > 1 and not has_deliveries(request)
            if repeat or (gap and not gaps_allowed):
                told = ", ".join(str(number) for number in sorted(counts.elements()))
                yield f"{request.request_id}, whose attempts on {dependency} have the numbers {told}"


def _each_guarded_attempt_has_a_permit(record: RunRecord) -> Check:
    main = {row.request_id for row in record.requests if row.part is Part.MAIN}
    instances = instances_of(record, Part.MAIN) - instances_of(record, Part.CONTRAST)
    guarded = [row for row in record.attempts if row.request_id in main or row.instance in instances]
    bare = (f"{named(row)} for {row.request_id}, which carried none" for row in guarded if not row.permit)
    return check(
        "Each attempt of the service with its reliability layer carries a permit",
        bare,
        compared=len(guarded),
        unit="attempts",
    )


def named(row: AttemptRow) -> str:
    """How a disagreement names an attempt."""
    return f"attempt {row.attempt} of {row.instance or 'an unnamed instance'} on {row.dependency}"
