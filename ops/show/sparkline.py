"""A series in one line."""

from collections.abc import Sequence

BARS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float], *, width: int) -> str:
    """The last values, each as a bar beside the highest; a space for none, so that nothing looks unlike little."""
    shown = list(values)[-width:]
    highest = max(shown, default=0.0)
    bars = "".join(_bar(value / highest) if value > 0 else " " for value in shown)
    return bars.rjust(width)


def _bar(ratio: float) -> str:
    return BARS[min(len(BARS) - 1, int(ratio * len(BARS)))]
