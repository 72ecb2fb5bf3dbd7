"""Calls counted over the last stretch of time."""

from typing import NamedTuple

from service.reliability.sliding_window import SlidingWindow


class Counts(NamedTuple):
    """How many calls succeeded and failed, and how many of both were slow."""

    successes: int
    failures: int
    slow: int

    @property
    def calls(self) -> int:
        """All calls, whatever came of them."""
        return self.successes + self.failures

    @property
    def failure_rate(self) -> float:
        """The share of the calls that failed; 0 without calls."""
        return self.failures / self.calls if self.calls else 0.0

    @property
    def slow_rate(self) -> float:
        """The share of the calls that were slow; 0 without calls."""
        return self.slow / self.calls if self.calls else 0.0


class CallWindow(SlidingWindow[Counts]):
    """To count a call, add one to `successes` or `failures`, and to `slow` as well if it was."""

    __slots__ = ("failures", "slow", "successes")

    def __init__(self, now: float, *, duration: float, buckets: int) -> None:
        self.successes = 0
        self.failures = 0
        self.slow = 0
        super().__init__(now, duration=duration, buckets=buckets)

    def counts(self, now: float) -> Counts:
        """The calls of the window that ends now; changes nothing."""
        start = self._totals_at_start(now)
        return Counts(self.successes - start.successes, self.failures - start.failures, self.slow - start.slow)

    def _totals(self) -> Counts:
        return Counts(self.successes, self.failures, self.slow)
