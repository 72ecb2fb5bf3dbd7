"""From values to places on a drawing. Drawings are stretched to the width of the page, so only shares matter."""

import dataclasses
import math
from collections.abc import Iterable, Sequence

WIDTH = 1000.0
"""Units across a drawing."""

_STEPS = (1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 300, 600)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Linear:
    """Evenly from `low` to `high`."""

    low: float
    high: float

    def share(self, value: float) -> float:
        """Where a value lies, from 0 to 1; beyond the ends it stays at the end."""
        span = self.high - self.low
        return min(1.0, max(0.0, (value - self.low) / span)) if span > 0 else 0.0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Decades:
    """Evenly by powers of ten."""

    low: float
    high: float

    def share(self, value: float) -> float:
        """Where a positive value lies, from 0 to 1; beyond the ends it stays at the end."""
        return Linear(low=math.log10(self.low), high=math.log10(self.high)).share(math.log10(max(value, 1e-12)))

    @property
    def ticks(self) -> list[float]:
        """Every power of ten in between."""
        powers = range(math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9) + 1)
        return [10.0**power for power in powers]


def decades(values: Iterable[float]) -> Decades:
    """A scale that holds all the values, from 1, 2 or 5 of some power of ten to another; at least one decade."""
    positive = [value for value in values if value > 0] or [0.001, 1.0]
    low = max(step for step in _round_steps(min(positive)) if step <= min(positive) * (1 + 1e-9))
    high = min(step for step in _round_steps(max(positive)) if step >= max(positive) * (1 - 1e-9))
    return Decades(low=low, high=max(high, low * 10))


def _round_steps(near: float) -> list[float]:
    power = math.floor(math.log10(near))
    return [digit * 10.0**exponent for exponent in (power - 1, power, power + 1) for digit in (1, 2, 5)]


def time_ticks(seconds: float, *, most: int = 9) -> list[float]:
    """Even instants from 0, at most `most` of them, at steps that people count in."""
    step = next((step for step in _STEPS if seconds / step < most), math.ceil(seconds / most / 600) * 600)
    return [float(tick) for tick in range(0, math.floor(seconds) + 1, step)]


def line(points: Iterable[tuple[float, float] | None]) -> str:
    """Path data through points; None lifts the pen."""
    data, pen_up = [], True
    for point in points:
        if point is None:
            pen_up = True
            continue
        data.append(f"{'M' if pen_up else 'L'}{point[0]:.1f} {point[1]:.1f}")
        pen_up = False
    return "".join(data)


def band(lower: Sequence[tuple[float, float]], upper: Sequence[tuple[float, float]]) -> str:
    """Path data of the area between two lines of points."""
    return line([*lower, *reversed(upper)]) + "Z" if lower else ""
