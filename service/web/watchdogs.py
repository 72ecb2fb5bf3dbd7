"""`GET /api/observability/watchdogs`: figures that somebody should look at once they grow too large."""

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import msgspec
from starlette.requests import Request

from service.dependencies.event_queue import EventQueue
from service.reliability.latency_window import LatencyWindow
from service.reliability.watchdog import Watchdog, WatchdogReading, WatchdogState
from service.store.errors import StoreError
from service.store.events import Depth
from service.web.json_response import JsonResponse
from service.web.operation import Operation

QUEUE_KEPT = 1.0  # seconds for which a reading of the queue serves everybody who asks; it goes through all its rows


@dataclass(frozen=True, kw_only=True)
class WatchdogConfig:
    """From where on the figures alert."""

    ai_latency: timedelta  # p99 of the provider's attempts
    queue_depth: int  # events
    dead_letters: int  # events


class AiLatency(msgspec.Struct, frozen=True, kw_only=True):
    """The provider's attempts: quantiles in seconds over the last minute, count since the start."""

    watchdog: WatchdogReading  # of the p99
    count: int
    p50: float | None
    p95: float | None
    p99: float | None


class QueueDepth(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for an agent on a topic."""

    watchdog: WatchdogReading  # of the events that wait
    agent: str
    topic: str
    waiting: int
    oldest_seconds: float | None
    dead_letters: int
    dead_letters_watchdog: WatchdogReading


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """All watchdogs; `error` says why the queue's are missing, which is an alert too."""

    state: WatchdogState
    ai_latency: AiLatency
    queue_depth: list[QueueDepth]
    error: str


_URGENCY = tuple(WatchdogState)


class Watchdogs:
    """Reads the figures when asked to."""

    def __init__(
        self,
        config: WatchdogConfig,
        *,
        ai_latency: LatencyWindow,
        queue: EventQueue,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._ai_latency = ai_latency
        self._queue = queue
        self._clock = clock
        self._wall_clock = wall_clock
        self._reading = asyncio.Lock()
        self._read_at = -math.inf
        self._depths: list[Depth] = []
        self._error = ""
        self._of_latency = Watchdog(
            name="ai_latency_p99", unit="seconds", alert_threshold=config.ai_latency.total_seconds()
        )
        self._of_depth = Watchdog(name="queue_depth", unit="events", alert_threshold=config.queue_depth)
        self._of_dead_letters = Watchdog(name="dead_letters", unit="events", alert_threshold=config.dead_letters)

    async def read(self) -> Watched:
        """Every figure at this instant; those of the queue may be `QUEUE_KEPT` seconds old."""
        latency = self._latency()
        found, error = await self._queue_now()
        depths = [self._depth(each) for each in found]
        states = [latency.watchdog.state]
        for each in depths:
            states += (each.watchdog.state, each.dead_letters_watchdog.state)
        if error:
            states.append(WatchdogState.ALERT)
        return Watched(state=max(states, key=_URGENCY.index), ai_latency=latency, queue_depth=depths, error=error)

    def routes(self) -> list[Operation]:
        """The route of watchdogs."""

        async def show(_: Request) -> JsonResponse[Watched]:
            """Show the figures that somebody should look at once they grow too large, beside their limits."""
            return JsonResponse(await self.read())

        return [Operation("GET", "/api/observability/watchdogs", show, name="show_watchdogs")]

    async def _queue_now(self) -> tuple[list[Depth], str]:
        async with self._reading:
            if self._clock() - self._read_at >= QUEUE_KEPT:
                try:
                    self._depths, self._error = await self._queue.depths(), ""
                except StoreError as failure:
                    self._depths, self._error = [], f"the event queue cannot be read: {failure}"
                self._read_at = self._clock()
            return self._depths, self._error

    def _latency(self) -> AiLatency:
        recent = self._ai_latency.recent(self._clock())
        p99 = recent.quantile(0.99)
        return AiLatency(
            watchdog=self._of_latency.read(p99),
            count=self._ai_latency.total.count,
            p50=recent.quantile(0.5),
            p95=recent.quantile(0.95),
            p99=p99,
        )

    def _depth(self, depth: Depth) -> QueueDepth:
        return QueueDepth(
            watchdog=self._of_depth.read(depth.waiting),
            agent=depth.agent,
            topic=depth.topic,
            waiting=depth.waiting,
            oldest_seconds=None if depth.oldest_at is None else max(0.0, self._wall_clock() - depth.oldest_at),
            dead_letters=depth.dead_letters,
            dead_letters_watchdog=self._of_dead_letters.read(depth.dead_letters),
        )
