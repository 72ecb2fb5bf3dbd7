"""When a circuit breaker opens, and how it finds out that it may close."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from service.reliability.invalid_configuration import InvalidConfigurationError

_NO_TIME = timedelta()


@dataclass(frozen=True, kw_only=True)
class CircuitBreakerConfig:
    """The rules of one breaker; a rule whose threshold is None is off, and at least one must be on.

    Raises:
        InvalidConfigurationError: with every problem at once.
    """

    failure_rate_threshold: float | None = 0.5  # ratio in (0, 1] of the window's calls
    minimum_calls: int = 10  # in the window, before a rate means anything
    window: timedelta = timedelta(seconds=30)
    buckets: int = 10  # the window slides by one bucket at a time
    consecutive_failures: int | None = 5
    slow_call_duration: timedelta | None = None  # a call that takes at least this long is slow
    slow_call_rate_threshold: float = 0.8  # ratio in (0, 1] of the window's calls
    open_duration: timedelta = timedelta(seconds=60)
    max_probes: int = 3  # in flight at once while half-open
    successes_to_close: int = 2
    half_open_timeout: timedelta = timedelta(seconds=30)  # all probe slots taken for so long: open again

    def __post_init__(self) -> None:
        if problems := [*self._bad_ratios(), *self._bad_counts(), *self._bad_durations(), *self._missing_rules()]:
            raise InvalidConfigurationError("CircuitBreakerConfig", problems)

    @property
    def has_window(self) -> bool:
        """Whether any rule looks at a rate; without one a breaker reads no clock while calls succeed."""
        return self.failure_rate_threshold is not None or self.slow_call_duration is not None

    def _bad_ratios(self) -> Iterator[str]:
        for name in ("failure_rate_threshold", "slow_call_rate_threshold"):
            value = getattr(self, name)
            if value is not None and not 0 < value <= 1:
                yield f"{name} is {value}; expected a ratio in (0, 1]"

    def _bad_counts(self) -> Iterator[str]:
        for name in ("minimum_calls", "buckets", "consecutive_failures", "max_probes", "successes_to_close"):
            value = getattr(self, name)
            if value is not None and value < 1:
                yield f"{name} is {value}; expected at least 1"

    def _bad_durations(self) -> Iterator[str]:
        for name in ("window", "slow_call_duration", "open_duration", "half_open_timeout"):
            value = getattr(self, name)
            if value is not None and value <= _NO_TIME:
                yield f"{name} is {value}; expected more than 0 seconds"

    def _missing_rules(self) -> Iterator[str]:
        if not self.has_window and self.consecutive_failures is None:
            yield (
                "failure_rate_threshold, consecutive_failures and slow_call_duration are all None; "
                "expected at least one, for nothing would ever open the breaker"
            )
