"""Durations recorded since the start, and those of the last stretch of time."""

from service.reliability.latency_histogram import LatencyHistogram
from service.reliability.sliding_window import SlidingWindow

_BUCKETS = 2  # each keeps a copy of the histogram, and an alert need not be exact to the second


class LatencyWindow(SlidingWindow[LatencyHistogram]):
    """`total` holds all that was recorded; `recent(now)` what the last `duration` seconds, or half of them, hold."""

    __slots__ = ("total",)

    def __init__(self, now: float, *, duration: float) -> None:
        self.total = LatencyHistogram()
        super().__init__(now, duration=duration, buckets=_BUCKETS)

    def record(self, seconds: float, now: float) -> None:
        """Count one duration that ended now."""
        if now >= self.bucket_ends_at:
            self.rotate(now)
        self.total.record(seconds)

    def recent(self, now: float) -> LatencyHistogram:
        """The durations that ended in the window that ends now; changes nothing."""
        return self.total.since(self._totals_at_start(now))

    def _totals(self) -> LatencyHistogram:
        return LatencyHistogram(self.total.counts)
