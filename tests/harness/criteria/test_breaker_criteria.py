"""Of a breaker about which nothing is known, no criterion says that it passed."""

from harness.criteria.calls_while_open import CallsWhileOpen
from harness.criteria.criterion import Criterion, Verdict
from harness.criteria.openings import FalseTrips, Flaps
from harness.criteria.probes_at_once import ProbesAtOnce
from harness.criteria.time_to_close import TimeToClose
from harness.criteria.time_to_open import TimeToOpen
from tests.harness.criteria.breaker_run import BUSY, CLOSES, FLAPS, LETS_THROUGH, OPENS, PROBES, TRIPS, TURNED_AWAY
from tests.harness.rows import PHASE, attempt, journal, record

WRONG = "embedding:stable"


def test_without_a_fault_time_to_open_and_to_close_are_not_asked() -> None:
    quiet = record(requests=BUSY, fault=None)
    assert OPENS.assess(quiet).verdict is Verdict.NOT_ASKED
    assert CLOSES.assess(quiet).verdict is Verdict.NOT_ASKED


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


def test_a_phase_that_did_not_run_is_not_asked_about() -> None:
    empty = record(requests=BUSY, phases=[])
    for criterion in (LETS_THROUGH, PROBES, TRIPS, FLAPS):
        assert criterion.assess(empty).verdict is Verdict.NOT_ASKED
