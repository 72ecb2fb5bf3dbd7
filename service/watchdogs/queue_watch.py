"""What waits in the event queue, how fast it comes and goes, and what was given up."""

import asyncio
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from service.dependencies.event_queue import EventQueue
from service.reliability.counter_rates import CounterRates, Rates, seconds_to_drain
from service.reliability.watchdog import Watchdog
from service.store.errors import StoreError
from service.store.events import Depth
from service.watchdogs.config import Figure, WatchdogsConfig

KEPT = 1.0  # seconds for which a reading of the queue serves everybody who asks; it may go through all its rows
RATES_OVER = 60.0  # seconds
MINUTE = 60.0

QUEUE_FIGURES = (Figure.QUEUE_DEPTH, Figure.QUEUE_AGE, Figure.DEAD_LETTERS, Figure.DEAD_LETTER_RATE)


@dataclass(frozen=True, kw_only=True)
class QueueFigures:
    """One agent's events of one topic. Rates are events a second; None while they are not known."""

    depth: Depth
    oldest_seconds: float | None
    rates: Rates | None

    @property
    def subject(self) -> str:
        """By which its watchdogs are known."""
        return f"{self.depth.agent}:{self.depth.topic}"

    @property
    def counters(self) -> dict[str, int]:
        """What was counted since the queue began."""
        return {
            "published": self.depth.published,
            "acknowledged": self.depth.acknowledged,
            "died": self.depth.died,
        }

    def rate(self, counter: str) -> float | None:
        """How fast `published`, `acknowledged` or `died` grows."""
        return None if self.rates is None else self.rates.by_counter[counter]

    @property
    def rate_out(self) -> float | None:
        """How fast events leave the queue, dealt with or given up."""
        return None if self.rates is None else self.rates.by_counter["acknowledged"] + self.rates.by_counter["died"]

    @property
    def seconds_to_drain(self) -> float | None:
        """Until the queue is empty if all goes on like this; None too when that is never."""
        if self.rates is None or self.rate_out is None:
            return None
        return seconds_to_drain(self.depth.waiting, rate_in=self.rates.by_counter["published"], rate_out=self.rate_out)


class QueueWatch:
    """Reads the queue when asked, and keeps what its counters stood at."""

    def __init__(
        self,
        queue: EventQueue,
        config: WatchdogsConfig,
        *,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._queue = queue
        self._config = config
        self._clock = clock
        self._wall_clock = wall_clock
        self._reading = asyncio.Lock()
        self._read_at = -math.inf
        self._depths: list[Depth] = []
        self._rates: dict[tuple[str, str], CounterRates] = {}
        self._watchdogs: dict[str, dict[Figure, Watchdog]] = {}
        self.error = ""

    async def read(self) -> list[QueueFigures]:
        """Each agent and topic, at most `KEPT` seconds old; none, and an `error`, while the queue does not answer."""
        async with self._reading:
            if self._clock() - self._read_at >= KEPT:
                await self._read()
                self._read_at = self._clock()
        return [self._figures(depth) for depth in self._depths]

    def watchdogs(self, figures: QueueFigures, now: float) -> Iterator[tuple[Watchdog, float | None]]:
        """The watchdogs of an agent's topic, each with its figure."""
        depth, died = figures.depth, figures.rate("died")
        values = {
            Figure.QUEUE_DEPTH: depth.waiting,
            # That nothing waits is measured, and the best there is; how old the oldest is may not be known (SQS).
            Figure.QUEUE_AGE: 0.0 if depth.waiting == 0 else figures.oldest_seconds,
            Figure.DEAD_LETTERS: depth.dead_letters,
            Figure.DEAD_LETTER_RATE: None if died is None else died * MINUTE,
        }
        watchdogs = self._of(figures.subject, now)
        return ((watchdogs[figure], value) for figure, value in values.items())

    async def _read(self) -> None:
        try:
            self._depths, self.error = await self._queue.depths(), ""
        except StoreError as failure:
            self._depths, self.error = [], f"the event queue cannot be read: {failure}"
        now = self._clock()
        for depth in self._depths:
            rates = self._rates.setdefault((depth.agent, depth.topic), CounterRates(window=RATES_OVER))
            rates.observe(now, self._figures(depth).counters)

    def _figures(self, depth: Depth) -> QueueFigures:
        return QueueFigures(
            depth=depth,
            oldest_seconds=None if depth.oldest_at is None else max(0.0, self._wall_clock() - depth.oldest_at),
            rates=self._rates[depth.agent, depth.topic].rates(),
        )

    def _of(self, subject: str, now: float) -> dict[Figure, Watchdog]:
        if subject not in self._watchdogs:
            self._watchdogs[subject] = {
                each: self._config.watchdog(each, now=now, subject=subject) for each in QUEUE_FIGURES
            }
        return self._watchdogs[subject]
