"""A bounded pool of threads that knows how busy it is."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class ThreadPool:
    """Runs work in at most `threads` threads at once; further work waits."""

    def __init__(self, threads: int, *, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.threads = threads
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._clock = clock
        self._lock = threading.Lock()  # work ends in its own thread
        self._under_way = 0
        self._busy_seconds = 0.0
        self._counted_at = clock()

    def submit(self, work: Callable[[], T]) -> "Future[T]":
        """The result of `work`, once a thread was free for it."""
        future = self._executor.submit(work)
        self._count(1)
        future.add_done_callback(lambda _: self._count(-1))
        return future

    def shutdown(self) -> None:
        """Wait for what runs; drop what waits."""
        self._executor.shutdown(cancel_futures=True)

    @property
    def under_way(self) -> int:
        """How much work runs or waits at this instant."""
        return self._under_way

    @property
    def busy_seconds(self) -> float:
        """Seconds for which threads were at work since the start, all together: the difference of two readings is use.

        Work that hangs counts while it hangs.
        """
        self._count(0)
        return self._busy_seconds

    def _count(self, change: int) -> None:
        with self._lock:
            now = self._clock()
            self._busy_seconds += min(self._under_way, self.threads) * (now - self._counted_at)
            self._counted_at = now
            self._under_way += change
