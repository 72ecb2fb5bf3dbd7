from datetime import timedelta

import pytest

from service.reliability.circuit_breaker_config import CircuitBreakerConfig
from service.reliability.invalid_configuration import InvalidConfigurationError


def test_all_problems_are_named_at_once_with_value_and_expectation() -> None:
    with pytest.raises(InvalidConfigurationError) as error:
        CircuitBreakerConfig(failure_rate_threshold=1.5, minimum_calls=0, open_duration=timedelta(seconds=-1))
    assert error.value.problems == (
        "failure_rate_threshold is 1.5; expected a ratio in (0, 1]",
        "minimum_calls is 0; expected at least 1",
        "open_duration is -1 day, 23:59:59; expected more than 0 seconds",
    )
    assert str(error.value).startswith("CircuitBreakerConfig cannot work: failure_rate_threshold is 1.5")


@pytest.mark.parametrize("ratio", [0.0, -0.1, 1.0001, float("nan")])
def test_a_ratio_lies_above_0_and_reaches_1(ratio: float) -> None:
    for threshold in ("failure_rate_threshold", "slow_call_rate_threshold"):
        with pytest.raises(InvalidConfigurationError, match=threshold):
            CircuitBreakerConfig(**{threshold: ratio})  # type: ignore[arg-type]  # the name is chosen at run time
    CircuitBreakerConfig(failure_rate_threshold=1.0, slow_call_rate_threshold=1.0)


@pytest.mark.parametrize("duration", ["window", "slow_call_duration", "open_duration", "half_open_timeout"])
def test_no_time_at_all_is_no_duration(duration: str) -> None:
    with pytest.raises(InvalidConfigurationError, match=f"{duration} is 0:00:00; expected more than 0 seconds"):
        CircuitBreakerConfig(**{duration: timedelta()})  # type: ignore[arg-type]  # the name is chosen at run time


def test_a_breaker_that_nothing_can_open_is_refused() -> None:
    with pytest.raises(InvalidConfigurationError) as error:
        CircuitBreakerConfig(failure_rate_threshold=None, consecutive_failures=None)
    assert str(error.value) == (
        "CircuitBreakerConfig cannot work: failure_rate_threshold, consecutive_failures and slow_call_duration "
        "are all None; expected at least one, for nothing would ever open the breaker"
    )
    CircuitBreakerConfig(
        failure_rate_threshold=None, consecutive_failures=None, slow_call_duration=timedelta(seconds=1)
    )
