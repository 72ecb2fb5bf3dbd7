"""How a rollout proceeds, and what it forgives its canary."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from service.reliability.invalid_configuration import InvalidConfigurationError
from service.reliability.slo import Slo

_NO_TIME = timedelta()


@dataclass(frozen=True, kw_only=True)
class RolloutConfig:
    """The steps of a rollout and the objectives of its canary.

    Raises:
        InvalidConfigurationError: with every problem at once.
    """

    steps: tuple[float, ...] = (0.01, 0.1, 0.5, 1.0)  # shares of the callers, ascending
    minimum_hold: timedelta = timedelta(seconds=60)  # on each step
    maximum_duration: timedelta = timedelta(minutes=15)  # on each step, before it may be passed without evidence
    minimum_requests: int = 100  # finished by the canary, for a step to be passed without evidence
    error_rate: float = 0.01
    slow_rate: float = 0.01  # 0.01 is what "p99 at most slow_above" says
    slow_above: timedelta = timedelta(seconds=1)
    first_attempt_failure_rate: float = 0.05

    def __post_init__(self) -> None:
        if problems := [*self._bad_steps(), *self._bad_times(), *self._bad_limits()]:
            raise InvalidConfigurationError("RolloutConfig", problems)

    def limit(self, slo: Slo) -> float:
        """The share of bad outcomes that the objective allows."""
        limits = {
            Slo.ERROR: self.error_rate,
            Slo.SLOW: self.slow_rate,
            Slo.FIRST_ATTEMPT: self.first_attempt_failure_rate,
        }
        return limits[slo]

    def _bad_steps(self) -> Iterator[str]:
        if self.steps[-1:] != (1,) or any(a >= b for a, b in pairwise((0.0, *self.steps))):
            yield f"steps is {self.steps}; expected ratios above 0 in ascending order, the last one 1"

    def _bad_times(self) -> Iterator[str]:
        for name in ("minimum_hold", "maximum_duration", "slow_above"):
            if (value := getattr(self, name)) <= _NO_TIME:
                yield f"{name} is {value}; expected more than 0 seconds"
        if self.minimum_hold > self.maximum_duration:
            yield f"minimum_hold is {self.minimum_hold}; expected at most maximum_duration, {self.maximum_duration}"
        if self.minimum_requests < 1:
            yield f"minimum_requests is {self.minimum_requests}; expected at least 1"

    def _bad_limits(self) -> Iterator[str]:
        for name in ("error_rate", "slow_rate", "first_attempt_failure_rate"):
            if not 0 < (value := getattr(self, name)) < 1:
                yield f"{name} is {value}; expected a ratio in (0, 1)"
