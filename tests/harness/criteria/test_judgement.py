import pytest

from harness.criteria.criterion import Bound, Verdict
from harness.criteria.judgement import Limit, failed, inconclusive, judged, not_asked

SECONDS = Limit(value=2.0, bound=Bound.AT_MOST, unit="s")
SHARE = Limit(value=0.95, bound=Bound.AT_LEAST, unit="ratio")
NONE = Limit(value=0, bound=Bound.AT_MOST, unit="openings")


def test_the_limit_itself_is_within_it() -> None:
    assert judged(2.0, SECONDS, "").verdict is Verdict.PASS
    assert judged(0.95, SHARE, "").verdict is Verdict.PASS
    assert judged(0, NONE, "").verdict is Verdict.PASS


@pytest.mark.parametrize(("value", "limit"), [(4.0, SECONDS), (0.90, SHARE), (1, NONE)])
def test_twice_what_the_limit_allows_fails(value: float, limit: Limit) -> None:
    assert judged(value, limit, "").verdict is Verdict.FAIL


def test_a_value_uses_up_a_share_of_what_the_limit_allows() -> None:
    assert judged(0.5, SECONDS, "").used == pytest.approx(0.25)
    assert judged(3.0, SECONDS, "").used == pytest.approx(1.5)
    assert judged(0.98, SHARE, "").used == pytest.approx(0.4)
    assert judged(0, NONE, "").used is None


def test_an_interval_that_reaches_over_the_limit_does_not_change_the_verdict() -> None:
    assert judged(1.9, SECONDS, "", interval=(1.0, 2.5)).verdict is Verdict.PASS


def test_what_was_not_measured_has_no_value() -> None:
    assert failed(SECONDS, "never").value is None
    assert inconclusive(SECONDS, "too few").verdict is Verdict.INCONCLUSIVE
    assert not_asked(SECONDS, "no fault").verdict is Verdict.NOT_ASKED
