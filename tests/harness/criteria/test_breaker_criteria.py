import pytest

from harness.criteria.calls_while_open import CallsWhileOpen
from harness.criteria.criterion import Criterion, Verdict
from harness.criteria.openings import FalseTrips, Flaps
from harness.criteria.probes_at_once import ProbesAtOnce
from harness.criteria.time_to_close import TimeToClose
from harness.criteria.time_to_open import TimeToOpen
from harness.record import FaultSpan, Outcome, Part
from tests.harness.rows import BREAKER, PHASE, attempt, journal, record, request

OPENS = TimeToOpen(breaker=BREAKER, phase=PHASE, at_most=2.0)
CLOSES = TimeToClose(breaker=BREAKER, after=PHASE, at_most=4.0)
LETS_THROUGH = CallsWhileOpen(breaker=BREAKER, phase=PHASE, at_most=1)
PROBES = ProbesAtOnce(breaker=BREAKER, phases=(PHASE,), at_most=3)
TRIPS = FalseTrips(phase=PHASE)
FLAPS = Flaps(breaker=BREAKER, phase=PHASE, at_most=2)

BUSY = [request(f"r{number}", number / 10, instance="ab"[number % 2]) for number in range(100)]
TURNED_AWAY = [
    request(f"t{number}", 3 + number / 10, outcome=Outcome.FALLBACK, reason="circuit_open", attempts=0)
    for number in range(20)
]


def test_time_to_open_is_that_of_the_slowest_instance() -> None:
    told = journal((1.5, "opened")) + journal((2.25, "opened"), instance="b")
    finding = OPENS.assess(record(requests=BUSY, journal=told))
    assert finding.verdict is Verdict.PASS
    assert finding.value == pytest.approx(1.25)
    assert finding.evidence == ["b#1"]


def test_opening_after_twice_the_limit_fails() -> None:
    assert OPENS.assess(record(requests=BUSY[::2], journal=journal((5.0, "opened")))).verdict is Verdict.FAIL


def test_one_instance_that_never_opens_fails_time_to_open_whatever_the_others_do() -> None:
    finding = OPENS.assess(record(requests=BUSY, journal=journal((1.5, "opened"))))
    assert finding.verdict is Verdict.FAIL
    assert finding.value is None
    assert "b never opened" in finding.sentence


def test_an_opening_before_or_after_the_fault_is_none_of_its_own() -> None:
    early = journal((0.5, "opened"), (0.7, "half_opened"), (0.9, "closed"))
    late = journal((9.5, "opened"))
    for told in (early, late):
        assert OPENS.assess(record(requests=BUSY[::2], journal=told)).verdict is Verdict.FAIL


def test_a_breaker_that_was_open_already_says_nothing_about_time_to_open() -> None:
    assert OPENS.assess(record(requests=BUSY[::2], journal=journal((0.5, "opened")))).verdict is Verdict.INCONCLUSIVE


def test_an_instance_that_hardly_met_the_fault_is_not_blamed_for_staying_closed() -> None:
    assert OPENS.assess(record(requests=BUSY[:8:2])).verdict is Verdict.INCONCLUSIVE


def test_without_a_fault_time_to_open_and_to_close_are_not_asked() -> None:
    quiet = record(requests=BUSY, fault=None)
    assert OPENS.assess(quiet).verdict is Verdict.NOT_ASKED
    assert CLOSES.assess(quiet).verdict is Verdict.NOT_ASKED


def test_time_to_close_counts_from_the_end_of_the_fault_until_it_stays_closed() -> None:
    told = journal((2, "opened"), (5, "half_opened"), (5.1, "opened"), (8.5, "half_opened"), (9.75, "closed"))
    finding = CLOSES.assess(record(requests=BUSY[::2], journal=told))
    assert (finding.verdict, finding.value) == (Verdict.PASS, 0.75)


def test_a_breaker_that_closes_and_opens_again_is_closed_only_the_last_time() -> None:
    flutter = [(2, "opened"), (5, "half_opened"), (9.1, "closed"), (9.2, "opened"), (9.5, "half_opened")]
    finding = CLOSES.assess(record(requests=BUSY[::2], journal=journal(*flutter, (9.9, "closed"))))
    assert finding.value == pytest.approx(0.9)


def test_a_breaker_that_is_still_open_at_the_end_or_at_the_next_fault_fails_time_to_close() -> None:
    told = journal((2, "opened"), (9.5, "half_opened"), (9.75, "closed"))
    assert CLOSES.assess(record(requests=BUSY[::2], journal=told[:1])).verdict is Verdict.FAIL
    usual = record(requests=BUSY[::2], journal=told)
    next_fault = FaultSpan(
        part=Part.MAIN, phase="next", dependency="embeddings", fault="", started_at=9.6, ended_at=9.9
    )
    again = record(requests=BUSY[::2], journal=told, faults=[*usual.faults, next_fault])
    assert CLOSES.assess(again).verdict is Verdict.FAIL


def test_a_breaker_that_never_opened_says_nothing_about_time_to_close() -> None:
    assert CLOSES.assess(record(requests=BUSY)).verdict is Verdict.INCONCLUSIVE


def test_closing_after_twice_the_limit_fails() -> None:
    told = journal((2, "opened"), (8, "half_opened"), (9.75, "closed"))
    finding = CLOSES.assess(record(requests=BUSY[::2], journal=told, fault=(1.0, 1.75)))
    assert (finding.verdict, finding.value) == (Verdict.FAIL, 8.0)


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


def probing(*spans: tuple[float, float | None]) -> list[int]:
    attempts = [
        attempt(f"r{number}", at, ended_at=end, permit="3-half_open", result="ok" if end else "hang")
        for number, (at, end) in enumerate(spans)
    ]
    told = journal((3, "opened"), (6, "half_opened"), (7, "closed"))
    requests = [request(f"r{number}", at, seconds=0.5) for number, (at, _) in enumerate(spans)]
    finding = PROBES.assess(record(requests=requests, attempts=attempts, journal=told))
    return [int(finding.value or 0), finding.verdict is Verdict.PASS]


def test_probes_at_once_are_counted_at_the_same_instant_not_in_all() -> None:
    assert probing((6.0, 6.1), (6.1, 6.2), (6.15, 6.3), (6.3, 6.4)) == [2, True]


def test_one_probe_more_than_allowed_at_once_fails() -> None:
    assert probing((6.0, 6.5), (6.1, 6.5), (6.2, 6.5)) == [3, True]
    assert probing((6.0, 6.5), (6.1, 6.5), (6.2, 6.5), (6.3, 6.5)) == [4, False]


def test_a_probe_that_is_never_answered_is_out_until_its_request_ends() -> None:
    assert probing((6.0, None), (6.1, None), (6.2, None), (6.55, None)) == [3, True]
    assert probing((6.0, None), (6.1, None), (6.2, None), (6.45, None)) == [4, False]


def test_probes_of_different_half_open_times_do_not_add_up() -> None:
    told = journal((3, "opened"), (6, "half_opened"), (6.1, "opened"), (6.2, "half_opened"), (7, "closed"))
    attempts = [
        attempt(f"r{number}", at, ended_at=6.5, permit=permit)
        for number, (at, permit) in enumerate(
            [(6.05, "3-half_open"), (6.06, "3-half_open"), (6.25, "5-half_open"), (6.26, "5-half_open")]
        )
    ]
    finding = PROBES.assess(record(requests=BUSY, attempts=attempts, journal=told))
    assert finding.value == 2


def test_without_a_probe_nothing_is_said_about_probes() -> None:
    assert PROBES.assess(record(requests=BUSY)).verdict is Verdict.INCONCLUSIVE


def test_a_single_opening_in_a_healthy_phase_is_a_false_trip() -> None:
    assert TRIPS.assess(record(requests=BUSY, attempts=[attempt("r1", 0.1)], fault=None)).verdict is Verdict.PASS
    finding = TRIPS.assess(record(requests=BUSY, fault=None, journal=journal((4, "opened"), breaker="event_queue")))
    assert (finding.verdict, finding.value) == (Verdict.FAIL, 1)
    assert finding.evidence == ["a#1: it opened"]


def test_false_trips_of_other_breakers_or_other_phases_are_not_held_against_it() -> None:
    other = journal((4, "opened"), breaker="event_queue")
    mine = FalseTrips(phase=PHASE, breakers=(BREAKER,))
    assert mine.assess(record(requests=BUSY, attempts=[attempt("r1", 0.1)], journal=other)).verdict is Verdict.PASS
    assert TRIPS.assess(record(requests=BUSY, journal=journal((12, "opened")))).verdict is Verdict.PASS


def test_a_healthy_phase_without_traffic_proves_nothing() -> None:
    assert TRIPS.assess(record(requests=BUSY[:10])).verdict is Verdict.INCONCLUSIVE
    assert FLAPS.assess(record(requests=BUSY[:10])).verdict is Verdict.INCONCLUSIVE


WRONG = "embedding:stable"


def test_a_breaker_that_no_witness_knows_proves_nothing() -> None:
    told = journal((3, "opened"), (6, "half_opened"), (7, "closed"))
    asked: list[Criterion] = [
        TimeToOpen(breaker=WRONG, phase=PHASE, at_most=2.0),
        TimeToClose(breaker=WRONG, after=PHASE, at_most=4.0),
        CallsWhileOpen(breaker=WRONG, phase=PHASE, at_most=1),
        ProbesAtOnce(breaker=WRONG, phases=(PHASE,), at_most=3),
        FalseTrips(phase=PHASE, breakers=(WRONG,)),
        Flaps(breaker=WRONG, phase=PHASE, at_most=2),
    ]
    run = record(requests=BUSY + TURNED_AWAY, attempts=[attempt("r1", 0.1)], journal=told)
    assert [criterion for criterion in asked if criterion.assess(run).verdict is Verdict.PASS] == []


def test_a_breaker_that_never_changed_is_known_by_the_attempts_at_what_it_guards() -> None:
    assert FLAPS.assess(record(requests=BUSY)).verdict is Verdict.INCONCLUSIVE
    assert TRIPS.assess(record(requests=BUSY)).verdict is Verdict.INCONCLUSIVE
    seen = [attempt("r1", 0.1)]
    assert FLAPS.assess(record(requests=BUSY, attempts=seen)).verdict is Verdict.PASS
    other_variant = journal((3, "opened"), breaker="embeddings:canary")
    assert FLAPS.assess(record(requests=BUSY, attempts=seen, journal=other_variant)).verdict is Verdict.INCONCLUSIVE


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


def test_flaps_are_the_openings_of_the_instance_with_the_most() -> None:
    many = journal(*[(at, change) for at in range(2, 8) for change in ("opened", "half_opened", "closed")][:9])
    few = journal((2, "opened"), instance="b")
    finding = FLAPS.assess(record(requests=BUSY, journal=many + few))
    assert (finding.verdict, finding.value) == (Verdict.FAIL, 3)


def test_a_phase_that_did_not_run_is_not_asked_about() -> None:
    empty = record(requests=BUSY, phases=[])
    for criterion in (LETS_THROUGH, PROBES, TRIPS, FLAPS):
        assert criterion.assess(empty).verdict is Verdict.NOT_ASKED
