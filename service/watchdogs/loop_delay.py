"""Sets the timers that tell how late the event loop is."""

import asyncio
import time
from collections.abc import Callable

from service.reliability.latency_window import LatencyWindow
from service.reliability.loop_delay import LoopDelayMeter

INTERVAL = 0.05  # seconds between two timers
WINDOW = 60.0  # seconds


class LoopDelay:
    """The delay of the running event loop while requests are in flight: `LoopDelayMeter` says why only then."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.delays = LatencyWindow(clock(), duration=WINDOW)
        self._meter = LoopDelayMeter(self.delays, interval=INTERVAL)
        self._clock = clock

    def began(self) -> None:
        """The first request is in flight."""
        if self._meter.began(self._clock()):
            self._set_timer()

    def ended(self) -> None:
        """No request is in flight any more."""
        self._meter.ended(self._clock())

    def _set_timer(self) -> None:
        self._meter.armed(self._clock())
        asyncio.get_running_loop().call_later(INTERVAL, self._fired)

    def _fired(self) -> None:
        if self._meter.fired(self._clock()):
            self._set_timer()
