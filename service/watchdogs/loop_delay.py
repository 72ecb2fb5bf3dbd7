"""Sets the timers that tell how late the event loop is."""

import asyncio
import time

from service.reliability.latency_window import LatencyWindow
from service.reliability.loop_delay import LoopDelayMeter

INTERVAL = 0.05  # seconds between two timers
WINDOW = 60.0  # seconds


class LoopDelay:
    """The delay of the running event loop while requests are in flight: `LoopDelayMeter` says why only then."""

    def __init__(self) -> None:
        self.delays = LatencyWindow(time.monotonic(), duration=WINDOW)
        self._meter = LoopDelayMeter(self.delays, interval=INTERVAL)

    def began(self) -> None:
        """The first request is in flight."""
        if self._meter.began(time.monotonic()):
            self._set_timer()

    def ended(self) -> None:
        """No request is in flight any more."""
        self._meter.ended(time.monotonic())

    def _set_timer(self) -> None:
        self._meter.armed(time.monotonic())
        asyncio.get_running_loop().call_later(INTERVAL, self._fired)

    def _fired(self) -> None:
        if self._meter.fired(time.monotonic()):
            self._set_timer()
