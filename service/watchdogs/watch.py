"""All watchdogs of an instance: each look measures, decides, and tells of what has changed."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from service.background import Background
from service.dependencies.event_queue import EventQueue
from service.reliability.counter_rates import CounterRates
from service.reliability.latency_histogram import LatencyHistogram
from service.reliability.latency_window import LatencyWindow
from service.reliability.watchdog import Watchdog, WatchdogChange, WatchdogReading, WatchdogState
from service.store.thread_pool import ThreadPool
from service.watchdogs.config import Figure, WatchdogsConfig
from service.watchdogs.memory import Memory, MemoryUse
from service.watchdogs.queue_watch import RATES_OVER, QueueFigures, QueueWatch

LOOKED_EVERY = 5.0
"""Seconds between two looks while nobody else looks. A platform that stops the CPU makes one late; nothing is lost."""


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What the watchdogs watch in this instance."""

    ai_latency: LatencyWindow
    loop_delay: LatencyWindow | None  # None: requests are not counted, so it is not known when to measure
    in_flight: Callable[[], int] | None  # None: likewise
    threads: Mapping[str, ThreadPool]
    memory: Memory
    queue: EventQueue


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Everything at one instant; `error` says why the queue's figures are missing, which is an alert too."""

    ai_latency: LatencyHistogram  # recent attempts
    ai_attempts: int  # since the start
    loop_delay: LatencyHistogram | None
    memory: MemoryUse
    in_flight: int | None
    request_capacity: int
    uptime_seconds: float
    queues: list[QueueFigures]
    error: str
    readings: list[WatchdogReading]

    @property
    def state(self) -> WatchdogState:
        """That of the most urgent watchdog."""
        states = [WatchdogState.ALERT] if self.error else [WatchdogState.OK]
        return max((*states, *(each.state for each in self.readings)), key=lambda state: state.urgency)

    def names(self, state: WatchdogState) -> list[str]:
        """The watchdogs that are in a state, in the order in which they are shown."""
        return [each.full_name for each in self.readings if each.state is state and each.alert_threshold is not None]

    def loop_delay_quantile(self, q: float) -> float | None:
        """Of the delays of the event loop, in seconds."""
        return None if self.loop_delay is None else self.loop_delay.quantile(q)

    def reading(self, figure: Figure, subject: str = "") -> WatchdogReading:
        """The watchdog of a figure."""
        return next(each for each in self.readings if (each.name, each.subject) == (figure, subject))


class Watchdogs:
    """Looks when asked to, and now and then by itself; `on_change` hears of each watchdog that changes its state."""

    def __init__(
        self,
        config: WatchdogsConfig,
        watched: Watched,
        *,
        on_change: Callable[[WatchdogChange], None],
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._config = config
        self._watched = watched
        self._on_change = on_change
        self._clock = clock
        self._began_at = now = clock()
        self._queue = QueueWatch(watched.queue, config, clock=clock, wall_clock=wall_clock)
        figures = [Figure.EVENT_LOOP_DELAY, Figure.MEMORY, Figure.REQUEST_SATURATION, Figure.AI_LATENCY]
        self._own = {figure: config.watchdog(figure, now=now) for figure in figures}
        self._use = {name: CounterRates(window=RATES_OVER) for name in watched.threads}
        self._threads = {
            name: config.watchdog(Figure.THREAD_SATURATION, now=now, subject=name) for name in watched.threads
        }
        self._loop = Background(self._run)
        self.alerting = 0  # watchdogs, at the last look

    async def start(self) -> None:
        """Look from now on."""
        self._loop.begin()

    async def stop(self) -> None:
        """Look no more."""
        await self._loop.stop()

    async def look(self) -> Figures:
        """Every figure at this instant; those of the queue may be a second old."""
        queues = await self._queue.read()
        watched, now = self._watched, self._clock()
        figures = Figures(
            ai_latency=watched.ai_latency.recent(now),
            ai_attempts=watched.ai_latency.total.count,
            loop_delay=None if watched.loop_delay is None else watched.loop_delay.recent(now),
            memory=watched.memory.read(),
            in_flight=None if watched.in_flight is None else watched.in_flight(),
            request_capacity=self._config.request_capacity,
            uptime_seconds=now - self._began_at,
            queues=queues,
            error=self._queue.error,
            readings=[],
        )
        for watchdog, value in self._measured(figures, now):
            change = watchdog.observe(value, now)
            if change is not None:
                self._on_change(change)
            figures.readings.append(watchdog.reading(now))
        figures.readings.append(_uptime(figures.uptime_seconds))
        self.alerting = sum(each.state is WatchdogState.ALERT for each in figures.readings)
        return figures

    def _measured(self, figures: Figures, now: float) -> Iterator[tuple[Watchdog, float | None]]:
        """Each watchdog with its figure; those of a queue that cannot be read are left as they are."""
        own = self._own
        busy = None if figures.in_flight is None else figures.in_flight / figures.request_capacity
        yield own[Figure.EVENT_LOOP_DELAY], figures.loop_delay_quantile(0.99)
        yield own[Figure.MEMORY], figures.memory.used / figures.memory.limit
        yield own[Figure.REQUEST_SATURATION], busy
        for name, pool in self._watched.threads.items():
            yield self._threads[name], self._use_of(name, pool, now)
        yield own[Figure.AI_LATENCY], figures.ai_latency.quantile(0.99)
        for queue in figures.queues:
            yield from self._queue.watchdogs(queue, now)

    def _use_of(self, name: str, pool: ThreadPool, now: float) -> float | None:
        use = self._use[name]
        use.observe(now, {"busy": pool.busy_seconds})
        rates = use.rates()
        return None if rates is None else rates.by_counter["busy"] / pool.threads

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(LOOKED_EVERY)
            await self.look()


def _uptime(seconds: float) -> WatchdogReading:
    return WatchdogReading(
        name="uptime",
        subject="",
        unit="seconds",
        value=seconds,
        warning_threshold=None,
        alert_threshold=None,
        state=WatchdogState.OK,
        seconds_in_state=seconds,
        reason="",
    )
