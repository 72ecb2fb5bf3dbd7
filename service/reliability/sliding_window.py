"""What happened in the last stretch of time, told from totals that only grow."""

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

Totals = TypeVar("Totals")


class SlidingWindow(ABC, Generic[Totals]):
    """Running totals, and what they stood at when each of the last buckets began.

    What lies in the window is today's totals less the oldest kept. So to record something is to add to the totals,
    after `rotate(now)` once `now >= bucket_ends_at`, and costs the same however many buckets there are; only a reader
    pays. Everything lies in a window of infinite duration, and it never rotates. Times are seconds of one clock.
    """

    __slots__ = ("_bucket_starts", "_bucket_width", "_buckets", "bucket_ends_at")

    def __init__(self, now: float, *, duration: float, buckets: int) -> None:
        self._buckets = buckets
        self._bucket_width = duration / buckets
        self.bucket_ends_at = now + self._bucket_width
        self._bucket_starts = [self._totals()]

    @abstractmethod
    def _totals(self) -> Totals:
        """The totals as they stand, in an object that does not change with them."""

    def rotate(self, now: float) -> None:
        """Begin the bucket that `now` lies in; the time must have reached `bucket_ends_at`."""
        begun = self._buckets_begun_until(now)
        self._bucket_starts += [self._totals()] * min(begun, self._buckets)
        del self._bucket_starts[: -self._buckets]
        self.bucket_ends_at += begun * self._bucket_width

    def _totals_at_start(self, now: float) -> Totals:
        """What the totals stood at when the window that ends now began; changes nothing."""
        oldest = max(0, len(self._bucket_starts) + self._buckets_begun_until(now) - self._buckets)
        return self._bucket_starts[oldest] if oldest < len(self._bucket_starts) else self._totals()

    def _buckets_begun_until(self, now: float) -> int:
        if now < self.bucket_ends_at:
            return 0
        return int((now - self.bucket_ends_at) / self._bucket_width) + 1
