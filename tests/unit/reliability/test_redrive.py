import pytest

from service.reliability.redrive import RedriveTerms, redriven_by


def terms(rate: float, maximum: int = 1000) -> RedriveTerms:
    return RedriveTerms(id="r", rate=rate, maximum=maximum, began_at=100.0)


@pytest.mark.parametrize(("elapsed", "most"), [(0, 10), (0.5, 15), (1, 20), (9, 100), (60, 610)])
def test_a_redrive_comes_as_far_as_its_rate_allows_and_a_second_ahead(elapsed: float, most: int) -> None:
    assert redriven_by(terms(10), 100 + elapsed) == most


def test_it_never_passes_its_maximum() -> None:
    assert redriven_by(terms(10, maximum=25), 1e9) == 25


def test_the_slowest_may_move_one_at_once() -> None:
    assert redriven_by(terms(0.001), 100) == 1


def test_a_clock_that_was_set_back_allows_what_the_beginning_did() -> None:
    assert redriven_by(terms(10), 0) == 10
