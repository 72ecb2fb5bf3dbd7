"""How soon a breaker is closed for good after its fault has ended."""

import pytest

from harness.criteria.criterion import Verdict
from harness.record import FaultSpan, Part
from tests.harness.criteria.breaker_run import BUSY, CLOSES
from tests.harness.rows import journal, record


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
