"""How often a breaker opens: in a healthy phase never, and under a fault no more than it has to."""

from harness.criteria.criterion import Verdict
from harness.criteria.openings import FalseTrips
from tests.harness.criteria.breaker_run import BUSY, FLAPS, TRIPS
from tests.harness.rows import BREAKER, PHASE, attempt, journal, record


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


def test_a_breaker_that_never_changed_is_known_by_the_attempts_at_what_it_guards() -> None:
    assert FLAPS.assess(record(requests=BUSY)).verdict is Verdict.INCONCLUSIVE
    assert TRIPS.assess(record(requests=BUSY)).verdict is Verdict.INCONCLUSIVE
    seen = [attempt("r1", 0.1)]
    assert FLAPS.assess(record(requests=BUSY, attempts=seen)).verdict is Verdict.PASS
    other_variant = journal((3, "opened"), breaker="embeddings:canary")
    assert FLAPS.assess(record(requests=BUSY, attempts=seen, journal=other_variant)).verdict is Verdict.INCONCLUSIVE


def test_flaps_are_the_openings_of_the_instance_with_the_most() -> None:
    many = journal(*[(at, change) for at in range(2, 8) for change in ("opened", "half_opened", "closed")][:9])
    few = journal((2, "opened"), instance="b")
    finding = FLAPS.assess(record(requests=BUSY, journal=many + few))
    assert (finding.verdict, finding.value) == (Verdict.FAIL, 3)
