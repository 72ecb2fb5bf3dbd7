"""A timeout that every attempt on a dependency shares, so that a healthy attempt pays next to nothing for it."""

import asyncio
from types import TracebackType
from typing import Self

from service.background import this_task


class AttemptTimeout:
    """What `asyncio.timeout` does, for one length: the attempts end in the order they began, so one timer is enough.

    `asyncio.timeout` sets and clears a timer of the event loop for each use, which costs more than the rest of the
    guard. Here the timer waits for the oldest attempt, and is set anew only when it fires or none is set.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._running: dict[TimedAttempt, None] = {}  # oldest first
        self._timer: asyncio.TimerHandle | None = None

    def attempt(self) -> "TimedAttempt":
        """One attempt, as a context: TimeoutError leaves it when the time is over, and `expired` is then true."""
        return TimedAttempt(self)

    def begin(self, attempt: "TimedAttempt", loop: asyncio.AbstractEventLoop) -> float:
        """Watch an attempt from now on; the instant of the loop's clock at which its time is over."""
        ends_at = loop.time() + self.seconds
        self._running[attempt] = None
        if self._timer is None:
            self._timer = loop.call_at(ends_at, self._expire, loop)
        return ends_at

    def end(self, attempt: "TimedAttempt") -> None:
        """Watch it no longer."""
        self._running.pop(attempt, None)

    def _expire(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        now = loop.time()
        for attempt in [running for running in self._running if running.ends_at <= now]:
            self.end(attempt)
            attempt.expire()
        oldest = next(iter(self._running), None)
        if oldest is not None:
            self._timer = loop.call_at(oldest.ends_at, self._expire, loop)


class TimedAttempt:
    """An attempt that is cancelled when its time is over."""

    __slots__ = ("_cancelling", "_task", "_timeout", "ends_at", "expired")

    def __init__(self, timeout: AttemptTimeout) -> None:
        self._timeout = timeout
        self.expired = False

    def __enter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._task = this_task()
        self._cancelling = self._task.cancelling()
        self.ends_at = self._timeout.begin(self, loop)
        return self

    def expire(self) -> None:
        """End the attempt."""
        self.expired = True
        self._task.cancel()

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._timeout.end(self)
        if self.expired and self._task.uncancel() <= self._cancelling and isinstance(error, asyncio.CancelledError):
            raise TimeoutError from error
