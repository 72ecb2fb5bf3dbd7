"""One clock for a run: Unix seconds that never step, and the offsets of other processes' clocks from it."""

import time
from collections.abc import Callable


class RunClock:
    """Unix seconds, anchored once and driven by the monotonic clock, so that a step of the wall clock moves no row."""

    def __init__(
        self, *, wall: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._monotonic = monotonic
        self._zero = wall() - monotonic()

    def __call__(self) -> float:
        """The present instant."""
        return self._zero + self._monotonic()


def clock_offset(read: Callable[[], float], *, clock: Callable[[], float], samples: int = 5) -> float:
    """Seconds to add to an instant of a remote clock, read by `read`, to have it on `clock`.

    The reading with the shortest way there and back decides. An offset that this way could explain is no offset: on
    one machine the answer is exactly 0.
    """
    best_way, best_offset = float("inf"), 0.0
    for _ in range(samples):
        asked_at = clock()
        theirs = read()
        answered_at = clock()
        if answered_at - asked_at < best_way:
            best_way = answered_at - asked_at
            best_offset = (asked_at + answered_at) / 2 - theirs
    return 0.0 if abs(best_offset) <= best_way / 2 else best_offset
