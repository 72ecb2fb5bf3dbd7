"""Ctrl-C and SIGTERM end a run in order: what was measured is written, every process is ended.

Python would raise KeyboardInterrupt in whichever greenlet happens to run, perhaps in the middle of a request.
"""

import signal
from collections.abc import Callable

import gevent
from locust.runners import WorkerRunner

from harness.load.player import Player

REASONS = {signal.SIGINT: "interrupted (Ctrl-C)", signal.SIGTERM: "terminated (SIGTERM)"}

WORKER_PATIENCE = 30.0
"""Seconds that a worker waits for the end of what it plays, before it obeys."""


def on_interrupt(end: Callable[[str], None], *, now: Callable[[], None]) -> None:
    """Call `end` with a reason, in a greenlet of its own, at the first signal, and `now` at a second Ctrl-C."""
    asked: list[str] = []

    def handle(number: signal.Signals) -> None:
        if asked and number == signal.SIGINT:
            now()
        if not asked:
            asked.append(REASONS[number])
            end(REASONS[number])

    for number in REASONS:
        gevent.signal_handler(number, handle, number)


def end_worker_after_playing(runner: WorkerRunner, player: Player) -> None:
    """Let a worker report its last rows before a Ctrl-C, which the terminal sends to every process, ends it."""

    def handle() -> None:
        with gevent.Timeout(WORKER_PATIENCE, exception=False):
            while player.playing:
                gevent.sleep(0.1)
        runner.quit()

    gevent.signal_handler(signal.SIGINT, handle)
