"""Writes lines to a file descriptor without making anybody wait for who reads them."""

import contextlib
import os
import queue
import select
import threading
import time
from types import TracebackType
from typing import Self

import msgspec

WAITING = 10_000  # lines
FAREWELL = 1.0  # seconds for what still waits when the writer is closed


class LineWriter:
    """Hands lines to a thread. When too many wait, since nobody reads, further ones are dropped and counted.

    Once fewer than half as many wait, a line `lines_dropped` tells how many are missing by then.

    A service whose log is a pipe that nobody empties would otherwise stop at the first full one.
    """

    def __init__(self, descriptor: int, *, waiting: int = WAITING) -> None:
        self._descriptor = descriptor
        self._lines: queue.Queue[bytes | None] = queue.Queue(waiting)
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self.dropped = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(queue.Full):
            self._lines.put(None, timeout=FAREWELL)
        self._thread.join(FAREWELL)

    def write(self, line: str) -> None:
        """Add a line; it is given without its end."""
        try:
            self._lines.put_nowait(line.encode() + b"\n")
        except queue.Full:
            self.dropped += 1

    def _run(self) -> None:
        told = 0
        with contextlib.suppress(OSError):  # the reader is gone, and with it the reason to write
            while (line := self._lines.get()) is not None:
                self._write(line)
                dropped = self.dropped
                if dropped > told and self._lines.qsize() <= self._lines.maxsize // 2:
                    self._write(_lines_dropped(dropped - told))
                    told = dropped

    def _write(self, line: bytes) -> None:
        while line:
            try:
                line = line[os.write(self._descriptor, line) :]
            except BlockingIOError:  # whoever gave us the descriptor shares it with somebody who does not wait
                select.select((), (self._descriptor,), ())


def _lines_dropped(count: int) -> bytes:
    line = {"at": time.time(), "level": "warning", "event": "lines_dropped", "count": count}
    return msgspec.json.encode(line) + b"\n"
