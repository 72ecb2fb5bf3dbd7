import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.reliability.deadline import Deadline
from service.reliability.invalid_configuration import InvalidConfigurationError
from service.reliability.retry import RetryPolicy
from tests.unit.reliability.seeded import seeded

POLICY = RetryPolicy(max_retries=5, backoff=timedelta(milliseconds=100), backoff_max=timedelta(seconds=3))
FAR = Deadline(1e9)


def delays(retry: int, draws: int = 2000) -> list[float]:
    rng = seeded(7)
    found = (POLICY.next_delay(retry, deadline=FAR, now=0, rng=rng) for _ in range(draws))
    return [delay for delay in found if delay is not None]


def test_the_backoff_doubles_up_to_its_maximum() -> None:
    assert [POLICY.longest_backoff(retry) for retry in range(1, 8)] == [0.1, 0.2, 0.4, 0.8, 1.6, 3.0, 3.0]


def test_the_thousandth_backoff_is_still_the_maximum() -> None:
    assert POLICY.longest_backoff(10_000) == 3.0


@pytest.mark.parametrize("retry", [1, 3, 5])
def test_the_jitter_is_full_and_even(retry: int) -> None:
    drawn = delays(retry)
    longest = POLICY.longest_backoff(retry)
    assert 0 <= min(drawn) < 0.01 * longest
    assert 0.99 * longest < max(drawn) <= longest
    assert sum(drawn) / len(drawn) == pytest.approx(longest / 2, rel=0.05)


def test_there_are_no_more_retries_than_allowed() -> None:
    assert len(delays(5)) == 2000
    assert delays(6) == []


def test_a_policy_without_retries_never_retries() -> None:
    policy = RetryPolicy(max_retries=0)
    assert policy.next_delay(1, deadline=FAR, now=0, rng=seeded(1)) is None


@given(
    retry=st.integers(1, 8),
    time_left=st.floats(0, 10, allow_nan=False),
    at_least=st.floats(0, 5, allow_nan=False),
    seed=st.integers(0, 1000),
)
def test_no_retry_waits_until_its_deadline(retry: int, time_left: float, at_least: float, seed: int) -> None:
    delay = POLICY.next_delay(retry, deadline=Deadline(50 + time_left), now=50, rng=seeded(seed), at_least=at_least)
    if delay is not None:
        assert at_least <= delay < 50 + time_left - 50
        assert delay <= at_least + POLICY.longest_backoff(retry)


def test_a_retry_whose_wait_would_end_at_the_deadline_comes_too_late() -> None:
    class NoJitter(random.Random):
        def random(self) -> float:
            return 0.0

    waits = [POLICY.next_delay(1, deadline=Deadline(at), now=50, rng=NoJitter(), at_least=2.0) for at in (52, 52.1)]
    assert waits == [None, 2.0]


def test_what_the_dependency_asked_for_is_waited_and_jittered() -> None:
    rng = seeded(7)
    drawn = [POLICY.next_delay(1, deadline=FAR, now=0, rng=rng, at_least=2.0) or 0 for _ in range(100)]
    assert 2.0 <= min(drawn) < max(drawn) <= 2.1


def test_all_problems_are_named_at_once() -> None:
    with pytest.raises(InvalidConfigurationError) as error:
        RetryPolicy(max_retries=-1, backoff=timedelta(), backoff_max=timedelta(seconds=-1))
    assert error.value.problems == (
        "max_retries is -1; expected at least 0",
        "backoff is 0:00:00; expected more than 0 seconds",
        "backoff_max is -1 day, 23:59:59; expected at least backoff, 0:00:00",
    )
    assert str(error.value).startswith("RetryPolicy cannot work: max_retries is -1")


def test_a_backoff_that_is_its_own_maximum_does_not_grow() -> None:
    policy = RetryPolicy(backoff=timedelta(seconds=1), backoff_max=timedelta(seconds=1))
    assert [policy.longest_backoff(retry) for retry in (1, 2, 9)] == [1.0, 1.0, 1.0]
