import pytest

from service.reliability.wrong_tokens import AT_ONCE, EVERY, TooMany, WrongTokens


@pytest.mark.parametrize("now", [0.0, 100.0])
def test_some_wrong_tokens_in_a_row_are_allowed_and_the_next_is_one_too_many(now: float) -> None:
    wrong = WrongTokens()
    assert [wrong.given(now) for _ in range(AT_ONCE)] == [None] * AT_ONCE
    assert wrong.given(now) == TooMany(retry_after=EVERY, begins=True)


def test_one_more_is_allowed_with_time_and_what_is_too_many_costs_nothing_more() -> None:
    wrong = WrongTokens(at_once=2, every=6.0)
    for _ in range(100):
        wrong.given(100.0)
    assert wrong.given(105.0) == TooMany(retry_after=1.0, begins=False)
    assert wrong.given(106.0) is None
    assert wrong.given(106.0) is not None


def test_a_spell_begins_once_for_as_long_as_it_goes_on() -> None:
    wrong = WrongTokens(at_once=2, every=6.0)
    told = [wrong.given(100.0 + second) for second in range(600)]
    assert [too_many.begins for too_many in told if too_many is not None].count(True) == 1


def test_after_a_quiet_time_all_is_forgotten_and_another_spell_can_begin() -> None:
    wrong = WrongTokens(at_once=2, every=6.0)
    for _ in range(3):
        wrong.given(100.0)
    assert [wrong.given(112.0), wrong.given(112.0)] == [None, None]
    assert wrong.given(112.0) == TooMany(retry_after=6.0, begins=True)


def test_in_the_long_run_no_more_are_answered_than_the_limit_says() -> None:
    wrong = WrongTokens(at_once=10, every=6.0)
    answered = sum(wrong.given(tenth / 10) is None for tenth in range(6000))
    assert answered <= 10 + 600 / 6
