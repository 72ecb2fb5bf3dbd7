"""How many calls an open breaker lets through."""

from harness.criteria.calls_while_open import CallsWhileOpen
from harness.criteria.criterion import Verdict
from harness.record import Outcome
from tests.harness.criteria.breaker_run import BUSY, LETS_THROUGH, TURNED_AWAY
from tests.harness.rows import PHASE, attempt, journal, record, request


def test_calls_while_open_are_those_that_arrive_at_the_dependency_too_late_to_have_been_under_way() -> None:
    attempts = [
        attempt("r10", 2.9),  # before the opening
        attempt("r20", 3.2),  # admitted before it, under way
        attempt("r30", 3.3),  # admitted before it, but far too late
        attempt("r40", 4.0, permit="2-open"),
        attempt("r50", 4.1, permit=""),
        attempt("r60", 6.1, permit="3-half_open"),
        attempt("r70", 8.0, permit="4-closed"),
        attempt("r80", 4.0, instance="b"),  # whose own breaker is closed
    ]
    told = journal((3, "opened"), (6, "half_opened"), (7, "closed"))
    finding = LETS_THROUGH.assess(record(requests=BUSY + TURNED_AWAY, attempts=attempts, journal=told))
    assert finding.verdict is Verdict.FAIL
    assert finding.value == 3
    assert [told.split()[0] for told in finding.evidence] == ["r30", "r40", "r50"]


def test_a_probe_that_arrives_after_its_breaker_opened_again_is_still_a_probe() -> None:
    told = journal((3, "opened"), (6, "half_opened"), (6.1, "opened"))
    attempts = [attempt("r60", 6.15, permit="3-half_open")]
    finding = LETS_THROUGH.assess(record(requests=BUSY + TURNED_AWAY, attempts=attempts, journal=told))
    assert (finding.verdict, finding.value) == (Verdict.PASS, 0)


def test_a_breaker_that_turned_nobody_away_proves_nothing() -> None:
    assert LETS_THROUGH.assess(record(requests=BUSY)).verdict is Verdict.INCONCLUSIVE


def test_calls_while_open_need_a_breaker_that_was_open_in_the_phase() -> None:
    seen = [attempt("r1", 0.1)]
    for told in ([], journal((12.0, "opened")), journal((3, "opened"), breaker="document_database")):
        finding = LETS_THROUGH.assess(record(requests=BUSY + TURNED_AWAY, attempts=seen, journal=told))
        assert finding.verdict is Verdict.INCONCLUSIVE


def test_requests_that_another_breaker_turned_away_do_not_count_for_this_one() -> None:
    others = [
        request(f"d{number}", 4.0, request="read_document", outcome=Outcome.SHED, reason="circuit_open", attempts=0)
        for number in range(20)
    ]
    told = journal((3, "opened"))
    assert LETS_THROUGH.assess(record(requests=BUSY + others, journal=told)).verdict is Verdict.INCONCLUSIVE
    databases = CallsWhileOpen(breaker="document_database", phase=PHASE, at_most=1)
    told = journal((3, "opened"), breaker="document_database")
    assert databases.assess(record(requests=BUSY + others, journal=told)).verdict is Verdict.PASS
    assert databases.assess(record(requests=BUSY + TURNED_AWAY, journal=told)).verdict is Verdict.INCONCLUSIVE


def test_only_what_the_generation_before_admitted_was_under_way_when_the_breaker_opened() -> None:
    told = journal((3, "opened"), (6, "half_opened"), (7, "closed"), (8, "opened"))

    def calls(permit: str) -> float | None:
        attempts = [attempt("r80", 8.1, permit=permit)]
        return LETS_THROUGH.assess(record(requests=BUSY + TURNED_AWAY, attempts=attempts, journal=told)).value

    assert (calls("4-closed"), calls("1-closed"), calls("5-closed")) == (0, 1, 1)
