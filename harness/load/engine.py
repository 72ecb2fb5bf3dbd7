"""The open workload: starts each arrival at its planned instant, whatever became of those before."""

from collections.abc import Callable, Sequence

import gevent
from gevent.pool import Pool

from harness.plan.arrivals import Arrival

SPIN = 0.001
"""Seconds before a planned instant from which the engine yields in a loop: gevent sleeps whole milliseconds."""


class Engine:
    """A greenlet for each arrival, in a bounded pool.

    When the pool is full an arrival waits, and its wait counts into its latency, which starts at the planned instant.
    """

    def __init__(self, send: Callable[[Arrival, float], None], *, clock: Callable[[], float], pool: int) -> None:
        """`send` gets an arrival and its planned instant on `clock` and returns when the request has ended."""
        self._send = send
        self._clock = clock
        self._pool = Pool(pool)
        self._halted = False
        self._failure = ""

    @property
    def in_flight(self) -> int:
        """Requests that have started and not ended."""
        return len(self._pool)

    @property
    def failure(self) -> str:
        """The first mistake of the generator itself, which no figure survives; empty when there was none."""
        return self._failure

    def run(self, arrivals: Sequence[Arrival], *, starts_at: float) -> None:
        """Send the arrivals, offset from the instant `starts_at`; returns when the last request has ended."""
        for arrival in arrivals:
            planned_at = starts_at + arrival.at
            self._wait_until(planned_at)
            if self._halted:
                break
            self._pool.spawn(self._send, arrival, planned_at).link_exception(self._crashed)
        self._pool.join()

    def halt(self) -> None:
        """Start no more requests; those in flight may end."""
        self._halted = True

    def _crashed(self, greenlet: gevent.Greenlet) -> None:
        self._failure = self._failure or f"the generator failed: {greenlet.exception!r}"
        self.halt()

    def _wait_until(self, instant: float) -> None:
        while not self._halted and (left := instant - self._clock()) > 0:
            # Slices, so that a halt in a long gap is seen.
            gevent.sleep(min(left - SPIN, 0.2) if left > SPIN else 0)
