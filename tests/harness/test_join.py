from collections.abc import Callable

import msgspec
import pytest

from harness.evidence.breaker_history import BreakerState
from harness.evidence.join import join
from harness.record import AttemptRow, JournalRow, Outcome, RequestRow, RunRecord
from harness.results import RunVerdict, assess
from tests.harness.rows import attempt, journal, record, request
from tests.harness.story import story
from tests.harness.synthetic_phases import CONTRAST
from tests.harness.synthetic_run import synthetic_run

WHOLE = synthetic_run(contrast=CONTRAST)


def disagreeing(run: RunRecord) -> list[str]:
    return [check.name for check in join(run) if not check.holds]


def with_requests(change: Callable[[RequestRow], RequestRow | None]) -> RunRecord:
    rows = [changed for row in WHOLE.requests if (changed := change(row)) is not None]
    return msgspec.structs.replace(WHOLE, requests=rows)


def with_attempts(change: Callable[[AttemptRow], AttemptRow | None]) -> RunRecord:
    rows = [changed for row in WHOLE.attempts if (changed := change(row)) is not None]
    return msgspec.structs.replace(WHOLE, attempts=rows)


def with_journal(change: Callable[[JournalRow], JournalRow | None]) -> RunRecord:
    rows = [changed for row in WHOLE.journal if (changed := change(row)) is not None]
    return msgspec.structs.replace(WHOLE, journal=rows)


def test_the_witnesses_of_a_whole_run_agree() -> None:
    assert disagreeing(WHOLE) == []


A_PROVIDED = next(row for row in WHOLE.requests if row.outcome is Outcome.SERVED and row.attempts == 1)
A_TRANSITION = next(row for row in WHOLE.journal if row.sequence == 4)
A_PROBE = next(row for row in WHOLE.attempts if row.permit.endswith("half_open"))
A_RETRY = next(row for row in WHOLE.attempts if row.attempt == 2)
A_REFUSED = next(row for row in WHOLE.requests if row.reason == "provider_refused")
A_REJECTED = next(row for row in WHOLE.requests if row.reason == "circuit_open")
MATCH = "Each attempt at a dependency belongs to a request of the client"
COUNT = "Each request made as many attempts as its answer says"
NUMBERS = "The attempts of a request at a dependency count from 1, without gap or repeat"
BARE = "Each attempt of the service with its reliability layer carries a permit"
PROVIDED = "Each answer from the provider has its attempt there"
LEGAL = "Each breaker's journal is a legal chain of states"
PERMIT = "Each attempt's permit is one that its breaker issued then"
REJECTION = "Each rejection fell into a time when its breaker was not closed"

replace = msgspec.structs.replace

CORRUPTIONS = {
    "the client forgot a request": (
        with_requests(lambda row: None if row.request_id == A_PROVIDED.request_id else row),
        MATCH,
    ),
    "the client tells of a request twice": (
        replace(WHOLE, requests=[*WHOLE.requests, A_PROVIDED]),
        "Each request has one row",
    ),
    "the dependency forgot an attempt": (
        with_attempts(lambda row: None if row.request_id == A_PROVIDED.request_id else row),
        PROVIDED,
    ),
    "the dependency forgot every attempt that failed": (
        with_attempts(lambda row: None if row.result in {"error", "hang"} else row),
        COUNT,
    ),
    "the dependency forgot an attempt that it refused": (
        with_attempts(lambda row: None if row.request_id == A_REFUSED.request_id else row),
        PROVIDED,
    ),
    "the dependency forgot a first attempt": (
        with_attempts(lambda row: None if row.request_id == A_RETRY.request_id and row.attempt == 1 else row),
        NUMBERS,
    ),
    "the dependency tells of an attempt twice": (replace(WHOLE, attempts=[*WHOLE.attempts, A_RETRY]), NUMBERS),
    "an attempt was made past its breaker": (
        with_attempts(lambda row: replace(row, permit="") if row is A_RETRY else row),
        BARE,
    ),
    "an answer says fewer attempts than there were": (
        with_requests(lambda row: replace(row, attempts=0) if row.request_id == A_PROVIDED.request_id else row),
        COUNT,
    ),
    "a rejection made an attempt after all": (
        replace(WHOLE, attempts=[*WHOLE.attempts, attempt(A_REJECTED.request_id, A_REJECTED.sent_at, permit="")]),
        COUNT,
    ),
    "the clocks are apart": (
        with_attempts(lambda row: replace(row, arrived_at=row.arrived_at - 0.2)),
        "No attempt arrives before its request was sent",
    ),
    "the journal lost an entry": (
        with_journal(lambda row: None if row is A_TRANSITION else row),
        "No journal has a gap",
    ),
    "the journal jumps from open to open": (
        with_journal(lambda row: replace(row, type="breaker_opened") if row is A_TRANSITION else row),
        LEGAL,
    ),
    "the journal says another state before": (
        with_journal(
            lambda row: replace(row, detail=row.detail | {"from": "isolated"}) if row is A_TRANSITION else row
        ),
        LEGAL,
    ),
    "a generation comes twice": (
        with_journal(
            lambda row: (
                replace(row, detail=row.detail | {"generation": row.detail["generation"] - 1})
                if row is A_TRANSITION
                else row
            )
        ),
        LEGAL,
    ),
    "a transition is earlier than the one before": (
        with_journal(lambda row: replace(row, at=row.at - 60) if row is A_TRANSITION else row),
        LEGAL,
    ),
    "a permit names a generation that never was": (
        with_attempts(lambda row: replace(row, permit="99-closed") if row is A_PROBE else row),
        PERMIT,
    ),
    "a permit names another state": (
        with_attempts(
            lambda row: replace(row, permit=row.permit.replace("half_open", "closed")) if row is A_PROBE else row
        ),
        PERMIT,
    ),
    "a probe arrives long after its time": (
        with_attempts(lambda row: replace(row, arrived_at=row.arrived_at + 1) if row is A_PROBE else row),
        PERMIT,
    ),
    "a breaker without a journal changes generations": (
        with_attempts(
            lambda row: (
                replace(row, permit="2-closed")
                if row.dependency == "document_database" and row.permit and row.arrived_at > A_PROBE.arrived_at
                else row
            )
        ),
        PERMIT,
    ),
    "a rejection while the journal says closed": (
        with_requests(
            lambda row: (
                replace(row, reason="circuit_open", outcome=Outcome.FALLBACK, attempts=1)
                if row.request_id == A_PROVIDED.request_id
                else row
            )
        ),
        REJECTION,
    ),
}


@pytest.mark.parametrize("corruption", CORRUPTIONS)
def test_a_disagreement_is_named_and_makes_the_run_invalid(corruption: str) -> None:
    run, expected = CORRUPTIONS[corruption]
    assert expected in disagreeing(run)
    results = assess(story(), run)
    assert results.verdict is RunVerdict.INVALID
    assert any(expected in sentence for sentence in results.invalid)


def test_a_disagreement_comes_with_a_count_and_a_few_examples() -> None:
    run = record(requests=[request("r1", 2.0)], attempts=[attempt(f"r{number}", 2.01) for number in range(1, 7)])
    check = next(check for check in join(run) if check.name == MATCH)
    assert (check.compared, check.disagreements, len(check.examples)) == (6, 5, 3)
    assert "r2" in check.examples[0]


def test_the_service_may_run_errands_of_its_own_on_the_queue_alone() -> None:
    def errand(dependency: str) -> RunRecord:
        return record(attempts=[attempt("pump-a-7", 2.0, dependency=dependency)])

    assert disagreeing(errand("event_queue")) == []
    assert disagreeing(errand("embeddings")) == [MATCH]


def test_a_late_delivery_runs_under_the_request_that_published_its_event() -> None:
    published = request("r1", 2.0, request="publish_event", attempts=None)
    delivered = [
        attempt("r1", 2.01, dependency="event_queue"),
        attempt("r1", 5.0, dependency="document_database", instance="b"),
        attempt("r1", 5.1, instance="b"),
        attempt("r1", 9.1, instance="b"),
    ]
    assert disagreeing(record(requests=[published], attempts=delivered)) == []


def test_an_attempt_without_its_request_is_in_flight_only_at_the_end_of_an_aborted_run() -> None:
    attempts = [attempt("r1", 19.0)]
    assert disagreeing(record(attempts=attempts)) == [MATCH]
    cut = record(attempts=attempts, aborted="by hand")
    assert disagreeing(cut) == []
    assert "in flight" in next(check.remark for check in join(cut) if check.name == MATCH)
    assert disagreeing(record(attempts=[attempt("r1", 2.0)], aborted="by hand")) == [MATCH]


def test_a_problem_that_says_its_attempts_speaks_of_the_dependency_that_failed() -> None:
    failed = request("r1", 2.0, request="search_documents", outcome=Outcome.FAILED, status=504, attempts=1)
    twice = [attempt("r1", 2.01), attempt("r1", 2.02, attempt=2), attempt("r1", 2.03, dependency="document_database")]
    assert disagreeing(record(requests=[failed], attempts=twice)) == []
    assert disagreeing(record(requests=[failed], attempts=twice[:2])) != []


def test_a_breaker_held_open_by_a_person_is_a_legal_story() -> None:
    told = journal((2, "isolated"), (4, "reset"), (5, "opened"), (6, "half_opened"), (7, "isolated"), (8, "reset"))
    assert told[0].detail["to"] == BreakerState.ISOLATED
    assert disagreeing(record(journal=told)) == []


def test_a_breaker_that_the_warm_up_has_opened_already_is_no_disagreement() -> None:
    opened_before, *rest = journal((1.0, "opened"), (4.0, "half_opened"), (4.1, "closed"))
    rejected = request("early", 2.0, outcome=Outcome.FALLBACK, reason="circuit_open", attempts=0)
    assert disagreeing(record(requests=[rejected], journal=rest)) == []
    assert disagreeing(record(requests=[rejected], journal=[opened_before, *rest[1:]])) != []
