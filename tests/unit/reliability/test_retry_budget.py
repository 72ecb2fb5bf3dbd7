from contextlib import ExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.reliability.invalid_configuration import InvalidConfigurationError
from service.reliability.retry_budget import RetryBudget


def test_a_few_retries_are_always_allowed() -> None:
    budget = RetryBudget(minimum=3, ratio=0.2)
    with ExitStack() as stack:
        calls = [stack.enter_context(budget.call()) for _ in range(5)]
        assert [call.may_retry() for call in calls] == [True, True, True, False, False]


def test_beyond_them_retries_are_a_share_of_the_calls_in_flight() -> None:
    budget = RetryBudget(minimum=3, ratio=0.2)
    with ExitStack() as stack:
        calls = [stack.enter_context(budget.call()) for _ in range(100)]
        assert sum(call.may_retry() for call in calls) == 20
        assert (budget.calls_in_flight, budget.retries_in_flight) == (100, 20)


def test_a_call_that_ends_gives_its_retry_back_even_by_an_exception() -> None:
    budget = RetryBudget(minimum=1, ratio=0)

    def fail_on_the_retry() -> None:
        with budget.call() as call:
            assert call.may_retry()
            raise LookupError

    with pytest.raises(LookupError):
        fail_on_the_retry()
    assert (budget.calls_in_flight, budget.retries_in_flight) == (0, 0)
    with budget.call() as call:
        assert call.may_retry()


def test_a_call_holds_one_retry_however_often_it_is_tried() -> None:
    budget = RetryBudget(minimum=1, ratio=0)
    with budget.call() as call:
        assert all(call.may_retry() for _ in range(5))
        assert budget.retries_in_flight == 1


def test_an_outage_is_not_multiplied() -> None:
    budget = RetryBudget(minimum=3, ratio=0.2)
    attempts = 0
    with ExitStack() as stack:
        for _ in range(1000):
            call = stack.enter_context(budget.call())
            attempts += 1 + call.may_retry()
    assert attempts == 1000 + 200


@given(
    minimum=st.integers(0, 5),
    ratio=st.just(0.0) | st.floats(0.001, 1),
    steps=st.lists(st.sampled_from(["begin", "retry", "end"]), max_size=80),
)
def test_retries_in_flight_never_exceed_the_budget_when_one_is_granted(
    minimum: int, ratio: float, steps: list[str]
) -> None:
    budget = RetryBudget(minimum=minimum, ratio=ratio)
    calls = []
    for step in steps:
        if step == "begin":
            calls.append(budget.call().__enter__())
        elif calls and step == "retry":
            before = budget.retries_in_flight
            calls[0].may_retry()
            if budget.retries_in_flight > before:
                assert budget.retries_in_flight < max(minimum, ratio * len(calls)) + 1
            calls = [*calls[1:], calls[0]]
        elif calls:
            calls.pop().__exit__(None, None, None)
    assert budget.calls_in_flight == len(calls)
    for call in calls:
        call.__exit__(None, None, None)
    assert (budget.calls_in_flight, budget.retries_in_flight) == (0, 0)


def test_all_problems_are_named_at_once() -> None:
    with pytest.raises(InvalidConfigurationError) as error:
        RetryBudget(minimum=-1, ratio=1.5)
    assert error.value.problems == (
        "minimum is -1; expected at least 0",
        "ratio is 1.5; expected a ratio in [0, 1]",
    )
    assert str(error.value).startswith("RetryBudget cannot work: minimum is -1")


def test_a_budget_of_all_calls_refuses_none() -> None:
    budget = RetryBudget(minimum=0, ratio=1)
    with ExitStack() as stack:
        calls = [stack.enter_context(budget.call()) for _ in range(5)]
        assert all(call.may_retry() for call in calls)
