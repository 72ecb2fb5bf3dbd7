"""Durations counted in buckets so narrow that a quantile is off by one percent at most, and that merge exactly."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from operator import add, mul, sub
from typing import Self

_GROWTH = 1.02  # each bucket ends this much above its start, so its middle is within 1 % of all that lies in it
_LOWEST = 1e-5  # seconds; what is shorter counts as nothing
_HIGHEST = 1e3  # seconds; what is longer counts as this much
_ROUNDING = 1e-6  # 0.07 * 100 is a little more than 7, and the rank is 7

_BOUNDS = tuple(_LOWEST * _GROWTH**i for i in range(math.ceil(math.log(_HIGHEST / _LOWEST, _GROWTH)) + 1))
_MIDDLES = (
    0.0,
    # The harmonic mean of the ends is as far from one as from the other, relative to each.
    *(2 * low * high / (low + high) for low, high in pairwise(_BOUNDS)),
    _BOUNDS[-1],
)


class LatencyHistogram:
    """How many durations fell into each bucket, from 10 µs to 1000 s.

    It keeps `counts` alone, so the merge of two is exactly what one would have counted, in any order.
    """

    __slots__ = ("counts",)
    __hash__ = None  # type: ignore[assignment]  # typeshed has no word for "changes, so cannot be a key"

    def __init__(self, counts: Iterable[int] = (0,) * len(_MIDDLES)) -> None:
        self.counts = [*counts]

    @classmethod
    def merged(cls, histograms: Iterable["LatencyHistogram"]) -> Self:
        """One histogram of all that the given ones recorded."""
        result = cls()
        for histogram in histograms:
            result.counts = [*map(add, result.counts, histogram.counts)]
        return result

    def record(self, seconds: float) -> None:
        """Count one duration."""
        self.counts[bisect_right(_BOUNDS, seconds)] += 1

    @property
    def count(self) -> int:
        """How many durations were recorded."""
        return sum(self.counts)

    @property
    def total_seconds(self) -> float:
        """The sum of all durations, to one percent."""
        return math.fsum(map(mul, self.counts, _MIDDLES))

    def quantile(self, q: float) -> float | None:
        """The smallest duration, in seconds, that a share `q` of all does not exceed; None when there are none."""
        rank = max(1, math.ceil(q * self.count - _ROUNDING))
        for middle, reached in zip(_MIDDLES, accumulate(self.counts), strict=True):
            if reached >= rank:
                return middle
        return None

    def counts_up_to(self, bounds: Sequence[float]) -> list[int]:
        """How many durations do not exceed each bound (seconds), to one percent of the bound."""
        reached = [0, *accumulate(self.counts)]
        return [reached[bisect_right(_MIDDLES, bound)] for bound in bounds]

    def since(self, earlier: "LatencyHistogram") -> "LatencyHistogram":
        """What was recorded after `earlier` was copied from this one."""
        return LatencyHistogram(map(sub, self.counts, earlier.counts))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LatencyHistogram) and self.counts == other.counts
