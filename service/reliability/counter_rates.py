"""How fast counters grow, told from what they stood at at two instants."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

_STEPS = 12  # of a window: so many readings are kept, however often the counters are read
_SHORTEST = 1.0  # seconds; over less, one event more or less makes too much of a difference


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Events a second, by counter, on the average of the last `over` seconds."""

    over: float
    by_counter: Mapping[str, float]


class CounterRates:
    """Rates over a window that ends at the last reading. Instants are seconds of one clock.

    Where the counters were not read for long, the first rates after it are the average since the reading before: what
    happened between the two is not known any better. A counter that stands lower than before has begun anew, and so
    does the window.
    """

    def __init__(self, *, window: float) -> None:
        self._window = window
        self._kept: deque[tuple[float, Mapping[str, float]]] = deque()
        self._latest: tuple[float, Mapping[str, float]] | None = None

    def observe(self, now: float, counters: Mapping[str, float]) -> None:
        """Take in what the counters stand at; each time the same ones."""
        if self._latest is not None and any(counters[name] < stood for name, stood in self._latest[1].items()):
            self._kept.clear()
        self._latest = (now, counters)
        if not self._kept or now - self._kept[-1][0] >= self._window / _STEPS:
            self._kept.append(self._latest)
        while len(self._kept) > 1 and now - self._kept[1][0] >= self._enough(now):
            self._kept.popleft()

    def rates(self) -> Rates | None:
        """How fast the counters grow; None while too little time lies between two readings."""
        if self._latest is None:
            return None
        now, stand = self._latest
        began, stood = self._kept[0]
        over = now - began
        if over < _SHORTEST:
            return None
        return Rates(over=over, by_counter={name: (stand[name] - stood[name]) / over for name in stand})

    def _enough(self, now: float) -> float:
        """Seconds that the rates must be taken over; after a gap less will do, or they would tell of it for long."""
        return _SHORTEST if now - self._kept[0][0] >= 2 * self._window else self._window


def seconds_to_drain(waiting: int, *, rate_in: float, rate_out: float) -> float | None:
    """How long a queue needs to be empty if all goes on like this; None: it never will be."""
    if waiting == 0:
        return 0.0
    return waiting / (rate_out - rate_in) if rate_out > rate_in else None
