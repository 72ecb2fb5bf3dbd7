from typing import Any

from harness.evidence.join import join
from harness.record import FaultSpan, Outcome, Part, RequestRow, RunRecord
from tests.harness.rows import PHASE, attempt, record, request

COUNT = "Each request made as many attempts as its answer says"
NUMBERS = "The attempts of a request at a dependency count from 1, without gap or repeat"


def disagreeing(run: RunRecord) -> list[str]:
    return [check.name for check in join(run) if not check.holds]


def disagreeing_over(request_row: RequestRow, *numbers: int, **told: Any) -> list[str]:
    rows = [attempt(request_row.request_id, request_row.sent_at + number / 100, attempt=number) for number in numbers]
    return disagreeing(record(requests=[request_row], attempts=rows, **told))


def fell_back(reason: str, attempts: int) -> RequestRow:
    return request("r1", 2.0, outcome=Outcome.FALLBACK, reason=reason, attempts=attempts, seconds=1.0)


def test_the_deadline_may_cut_one_attempt_before_it_arrives_and_the_check_says_so() -> None:
    cut = fell_back("deadline_exceeded", 3)
    assert disagreeing_over(cut, 1, 2) == []
    assert disagreeing_over(cut, 1) == [COUNT]
    assert disagreeing_over(cut, 1, 3) == [NUMBERS]
    assert disagreeing_over(fell_back("provider_failed", 3), 1, 2) == [COUNT]
    rows = [attempt("r1", 2.1), attempt("r1", 2.2, attempt=2)]
    told = next(check for check in join(record(requests=[cut], attempts=rows)) if check.name == COUNT)
    assert told.remark == "1 of them lack an attempt that may never have arrived"


def test_attempts_may_be_missing_while_the_dependency_takes_no_connection() -> None:
    def refusing(start: float, end: float, what: str = "takes no connection") -> FaultSpan:
        words = f"embeddings {what}, 1 s on and 1 s off"
        span = {"started_at": start, "ended_at": end}
        return FaultSpan(part=Part.MAIN, phase=PHASE, dependency="embeddings", fault=words, **span)

    failed = fell_back("provider_failed", 3)
    assert disagreeing_over(failed, faults=[refusing(1.0, 9.0)]) == []
    assert disagreeing_over(failed, 3, faults=[refusing(1.0, 9.0)]) == []
    assert disagreeing_over(failed, 1, 1, 3, faults=[refusing(1.0, 9.0)]) == [NUMBERS]
    assert disagreeing_over(failed, 1, faults=[refusing(4.0, 9.0)]) == [COUNT]
    assert disagreeing_over(failed, 1, faults=[refusing(1.0, 9.0, "answers 500")]) == [COUNT]


def test_attempts_may_be_missing_in_the_last_seconds_of_an_aborted_run() -> None:
    failed = fell_back("provider_failed", 2)
    assert disagreeing_over(failed, 1, ended_at=4.0, aborted="by hand") == []
    assert disagreeing_over(failed, 1, ended_at=20.0, aborted="by hand") == [COUNT]


def test_a_problem_of_a_document_route_speaks_of_the_database() -> None:
    failed = request("r1", 2.0, request="read_document", outcome=Outcome.FAILED, status=502, attempts=1)
    there = attempt("r1", 2.01, dependency="document_database")
    assert disagreeing(record(requests=[failed], attempts=[there])) == []
    assert disagreeing(record(requests=[failed], attempts=[attempt("r1", 2.01)])) == [COUNT]


def test_an_event_that_was_published_although_its_answer_is_a_problem_is_delivered_all_the_same() -> None:
    failed = request("r1", 2.0, request="publish_event", outcome=Outcome.FAILED, status=502, attempts=2)
    publishing = [
        attempt("r1", 2.01, dependency="event_queue"),
        attempt("r1", 2.1, attempt=2, dependency="event_queue"),
    ]
    acknowledged = attempt("r1", 3.0, dependency="event_queue")
    assert disagreeing(record(requests=[failed], attempts=[*publishing, acknowledged])) == []
    assert disagreeing(record(requests=[failed], attempts=publishing[:1])) == [COUNT]
    assert disagreeing(record(requests=[failed], attempts=publishing[1:])) == [COUNT, NUMBERS]


def test_the_twin_without_the_layer_needs_no_permits() -> None:
    plain = request("r1", 2.0, part=Part.CONTRAST, instance="twin")
    assert disagreeing(record(requests=[plain], attempts=[attempt("r1", 2.01, permit="", instance="twin")])) == []
