"""Percentiles and shares with the interval in which their true value lies, 19 times of 20."""

import math
from collections.abc import Sequence

Z = 1.959964
"""Standard deviations on either side that hold 95 % of a normal distribution."""


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Wilson's score interval of a share; `whole` is at least 1."""
    share = part / whole
    centre = share + Z * Z / (2 * whole)
    spread = Z * math.sqrt(share * (1 - share) / whole + Z * Z / (4 * whole * whole))
    scale = 1 + Z * Z / whole
    # Rounding must not push an end of the interval beyond a share of nothing or of all.
    return min(max(0.0, (centre - spread) / scale), share), max(min(1.0, (centre + spread) / scale), share)


def percentile(ordered: Sequence[float], quantile: float) -> float:
    """The smallest of the ordered values that `quantile` of all do not exceed; a value that occurred."""
    return ordered[max(0, math.ceil(quantile * len(ordered)) - 1)]


def percentile_interval(ordered: Sequence[float], quantile: float) -> tuple[float, float]:
    """The interval by order statistics, whatever the distribution.

    Where the sample is too small to bound the percentile from above, the largest value stands in for the bound.
    """
    count = len(ordered)
    spread = Z * math.sqrt(count * quantile * (1 - quantile))
    low = math.floor(count * quantile - spread) - 1
    high = math.ceil(count * quantile + spread)
    return ordered[max(0, low)], ordered[min(count - 1, high)]
