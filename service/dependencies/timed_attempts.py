"""Measures the attempts on a dependency."""

import time
from collections.abc import Callable
from typing import TypeVar

from service.dependencies.attempt import Attempt
from service.dependencies.call import Attempting, Operation
from service.reliability.latency_window import LatencyWindow

T = TypeVar("T")


class TimedAttempts:
    """Records how long each attempt takes, however it ends."""

    def __init__(
        self, attempting: Attempting, latency: LatencyWindow, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._attempting = attempting
        self._latency = latency
        self._clock = clock

    async def __call__(self, operation: Operation[T], attempt: Attempt) -> T:
        """Make an attempt, as `Attempting`."""
        started = self._clock()
        try:
            return await self._attempting(operation, attempt)
        finally:
            now = self._clock()
            self._latency.record(now - started, now)
