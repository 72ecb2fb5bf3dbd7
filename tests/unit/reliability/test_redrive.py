import pytest

from service.reliability.redrive import allowed_now, discard_key, paid_after, redrive_key


def test_the_first_step_may_move_what_a_second_allows() -> None:
    assert allowed_now(10, None, 100.0) == (10, 99.0)


@pytest.mark.parametrize(("since", "most"), [(0, 0), (0.05, 0), (0.5, 5), (1, 10), (55, 10)])
def test_a_step_may_move_what_the_time_since_the_last_one_allows_and_a_second_s_worth_at_most(
    since: float, most: int
) -> None:
    assert allowed_now(10, 100.0, 100 + since)[0] == most


def test_what_was_moved_uses_up_its_time() -> None:
    moved, now, paid_until = 0, 100.0, None
    for _ in range(100):
        allowed, counted_from = allowed_now(8, paid_until, now)
        paid_until = paid_after(8, counted_from, allowed)
        moved += allowed
        now += 0.1875
    assert moved == 8 + int(8 * 99 * 0.1875)


def test_the_slowest_may_move_one_at_once_and_then_waits() -> None:
    allowed, counted_from = allowed_now(0.001, None, 5000.0)
    paid_until = paid_after(0.001, counted_from, allowed)
    assert (allowed, paid_until) == (1, 5000.0)
    assert [allowed_now(0.001, paid_until, 5000.0 + since)[0] for since in (999, 1001)] == [0, 1]


def test_a_clock_that_was_set_back_allows_nothing_until_it_has_caught_up() -> None:
    assert allowed_now(10, 100.0, 50.0)[0] == 0


def test_an_agent_has_an_entry_for_its_redrive_and_another_for_what_was_discarded() -> None:
    assert (redrive_key("indexer"), discard_key("indexer")) == ("redrive/indexer", "discard/indexer")
