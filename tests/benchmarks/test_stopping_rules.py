import pytest

from benchmarks.start_points import agrees_with_the_service, mean_requests
from benchmarks.stopping_rules import Rule, bound, five_in_a_row, mixture, seeds_rule, stopped


@pytest.fixture(scope="module")
def ours() -> Rule:
    return mixture()


@pytest.mark.parametrize(("rate", "requests"), [(0.05, 211.2), (0.1, 61.8), (0.2, 21.5), (0.5, 6.3), (1.0, 3.0)])
def test_a_bad_canary_is_found_in_the_documented_number_of_requests(ours: Rule, rate: float, requests: float) -> None:
    assert stopped(ours, rate)[1] == pytest.approx(requests, abs=0.06)


def test_a_canary_at_its_limit_is_hardly_ever_rolled_back(ours: Rule) -> None:
    assert stopped(ours, 0.01)[0] == pytest.approx(5.3e-4, rel=0.01)


def test_a_share_that_is_looked_at_too_often_condemns_every_second_good_canary() -> None:
    assert stopped(seeds_rule(), 0.005)[0] == pytest.approx(0.5, abs=0.01)


def test_no_rule_is_quicker_than_the_bound(ours: Rule) -> None:
    assert all(stopped(ours, rate)[1] > bound(rate) for rate in (0.05, 0.1, 0.5, 1.0))


def test_failures_in_a_row_need_many_requests_at_a_moderate_rate() -> None:
    assert five_in_a_row(0.2) == pytest.approx(3905)
    assert five_in_a_row(1.0) == 5


def test_the_simulation_computes_what_the_service_computes() -> None:
    assert agrees_with_the_service()


def test_start_points_find_a_late_fault_sooner() -> None:
    one, many = mean_requests(500, 0.5)
    assert many < one / 2
