"""When to try again, and after how long."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from service.reliability.deadline import Deadline
from service.reliability.invalid_configuration import InvalidConfigurationError

_NO_TIME = timedelta()
_MOST_DOUBLINGS = 64  # beyond any backoff_max, and still a float


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """Up to `max_retries` after the first attempt, each after a backoff that doubles and is fully jittered.

    Raises:
        InvalidConfigurationError: with every problem at once.
    """

    max_retries: int = 5
    backoff: timedelta = timedelta(milliseconds=100)  # the most that is waited before the first retry
    backoff_max: timedelta = timedelta(seconds=3)  # the most that is waited before any

    def __post_init__(self) -> None:
        if problems := [*self._problems()]:
            raise InvalidConfigurationError("RetryPolicy", problems)

    def next_delay(
        self, retry: int, *, deadline: Deadline, now: float, rng: random.Random, at_least: float = 0.0
    ) -> float | None:
        """Seconds to wait before the given retry (1 for the first); None when there shall be none.

        The wait is drawn evenly from zero to the backoff, so that callers that failed together do not come back
        together, and starts at `at_least`, what the dependency asked for in its Retry-After. There is no retry whose
        wait would reach the deadline.
        """
        if retry > self.max_retries:
            return None
        delay = at_least + rng.uniform(0.0, self.longest_backoff(retry))
        return delay if delay < deadline.remaining(now) else None

    def longest_backoff(self, retry: int) -> float:
        """Seconds: the upper end of the jitter before the given retry (1 for the first)."""
        return min(
            self.backoff.total_seconds() * 2.0 ** min(retry - 1, _MOST_DOUBLINGS), self.backoff_max.total_seconds()
        )

    def _problems(self) -> Iterator[str]:
        if self.max_retries < 0:
            yield f"max_retries is {self.max_retries}; expected at least 0"
        if self.backoff <= _NO_TIME:
            yield f"backoff is {self.backoff}; expected more than 0 seconds"
        if self.backoff_max < self.backoff:
            yield f"backoff_max is {self.backoff_max}; expected at least backoff, {self.backoff}"
