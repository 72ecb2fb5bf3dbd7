"""Joins the witnesses row by row: what the client, the dependencies and the journals saw must be one story."""

from collections import Counter
from collections.abc import Mapping, Sequence

from harness.evidence.attempt_checks import CLOCK_TOLERANCE, attempt_checks, ended_with_the_run, named
from harness.evidence.check import Check, check
from harness.evidence.journal_checks import journal_checks
from harness.evidence.spoken_of import QUEUE
from harness.plan.arrivals import WARM_UP
from harness.record import AttemptRow, RequestRow, RunRecord

OWN_ERRANDS = {"pump-": QUEUE}
"""How the request ids begin under which an instance works for itself, and the dependency that such work may call."""


def join(record: RunRecord) -> list[Check]:
    """Every check of a record; the run is valid when all hold."""
    requests = {row.request_id: row for row in record.requests}
    return [
        _each_request_is_one(record.requests),
        _each_attempt_has_its_request(record, requests),
        _attempts_follow_their_request(record.attempts, requests),
        *attempt_checks(record),
        *journal_checks(record),
    ]


def _each_request_is_one(requests: Sequence[RequestRow]) -> Check:
    twice = [request_id for request_id, count in Counter(row.request_id for row in requests).items() if count > 1]
    disagreements = (f"{request_id}, which has more than one row" for request_id in twice)
    return check("Each request has one row", disagreements, compared=len(requests), unit="requests")


def _each_attempt_has_its_request(record: RunRecord, requests: Mapping[str, RequestRow]) -> Check:
    strangers = [row for row in record.attempts if row.request_id not in requests]
    errands = sum(_is_errand(row) for row in strangers)
    unfinished = [row for row in strangers if not _is_errand(row) and ended_with_the_run(row.arrived_at, record)]
    unmatched = [row for row in strangers if not _is_errand(row) and not ended_with_the_run(row.arrived_at, record)]
    remarks = [
        f"{errands:,} of them the service's own errands or the warm-up's" if errands else "",
        f"{len(unfinished):,} of requests in flight when the run was ended" if unfinished else "",
    ]
    return check(
        "Each attempt at a dependency belongs to a request of the client",
        (f"{named(row)}, of which the client knows no request {row.request_id!r}" for row in unmatched),
        compared=len(record.attempts),
        unit="attempts",
        remark="; ".join(filter(None, remarks)),
    )


def _is_errand(row: AttemptRow) -> bool:
    if row.request_id.startswith(WARM_UP):
        return True  # its deliveries may end after the measurement has begun
    return any(
        row.request_id.startswith(prefix) and row.dependency == dependency for prefix, dependency in OWN_ERRANDS.items()
    )


def _attempts_follow_their_request(attempts: Sequence[AttemptRow], requests: Mapping[str, RequestRow]) -> Check:
    matched = [(row, requests[row.request_id]) for row in attempts if row.request_id in requests]
    early = (
        f"{named(row)}, which arrived {request.sent_at - row.arrived_at:.3f} s before its request was sent"
        for row, request in matched
        if row.arrived_at < request.sent_at - CLOCK_TOLERANCE
    )
    return check("No attempt arrives before its request was sent", early, compared=len(matched), unit="attempts")
