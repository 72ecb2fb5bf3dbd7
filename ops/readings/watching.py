"""A service that is looked at again and again, by a thread of its own: whoever shows it never waits for it."""

import threading
import time
from collections import deque
from dataclasses import dataclass, field

from ops.errors import OperationError
from ops.readings.board import Board, read_board, read_traffic
from ops.readings.journal import Journals
from ops.readings.traffic import Traffic
from ops.target.target import Target

WINDOW = 10.0
"""Seconds over which rates are taken."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """What is known at an instant of a clock that never goes back."""

    board: Board
    read_at: float
    failure: str = ""  # of the looks since then
    series: list[float] = field(default_factory=list)  # requests of each of the last seconds
    slowest: list[float] = field(default_factory=list)  # p99 of the slowest route at each look, in seconds


class Watching:
    """Looks every second until it is stopped."""

    def __init__(self, target: Target, *, interval: float, seconds: int) -> None:
        """`seconds` are those of the series."""
        self._target = target
        self._interval = interval
        self._seconds = seconds
        self._traffic, self._journals = Traffic(), Journals()
        self._slowest: deque[float] = deque(maxlen=seconds)
        self._stopping = threading.Event()
        self._latest: Look | None = None

    def look(self) -> Look:
        """Look now. Raises OperationError."""
        asked_at = time.monotonic()
        read_traffic(self._target, self._traffic, time.monotonic)
        board = read_board(self._target, self._traffic, self._journals, now=time.monotonic(), window=WINDOW)
        slowest = board.signals.slowest if board.signals else None
        self._slowest.append((slowest[1].p99 or 0.0) if slowest else 0.0)
        series = self._traffic.series(time.monotonic(), seconds=self._seconds)
        self._latest = Look(board=board, read_at=asked_at, series=series, slowest=list(self._slowest))
        return self._latest

    @property
    def latest(self) -> Look | None:
        """What the last look found; None before the first."""
        return self._latest

    def start(self) -> None:
        """Begin to look, in a thread that ends with the program."""
        threading.Thread(target=self._run, daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.wait(self._interval):
            try:
                self.look()
            except OperationError as error:
                if (known := self._latest) is not None:
                    self._latest = Look(
                        board=known.board,
                        read_at=known.read_at,
                        failure=str(error),
                        series=known.series,
                        slowest=known.slowest,
                    )
