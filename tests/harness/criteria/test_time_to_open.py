"""How soon a breaker opens after its fault has begun."""

import pytest

from harness.criteria.criterion import Verdict
from tests.harness.criteria.breaker_run import BUSY, OPENS
from tests.harness.rows import journal, record


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
