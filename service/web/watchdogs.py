"""`GET /api/observability/watchdogs`: figures that somebody should look at once they grow too large."""

import msgspec
from starlette.requests import Request

from service.fleet.instance_views import InstanceViews
from service.reliability.watchdog import WatchdogReading, WatchdogState
from service.watchdogs.config import Figure
from service.watchdogs.queue_watch import QueueFigures
from service.watchdogs.watch import Figures, Watchdogs
from service.web.fleet_scope import OfAll, OfOne, ScopeQuery, ViewPart, Whose, of_everyone
from service.web.identity import Identity
from service.web.json_response import JsonResponse
from service.web.operation import Operation


class AiLatency(msgspec.Struct, frozen=True, kw_only=True):
    """The provider's attempts: quantiles in seconds over the last minute, count since the start."""

    watchdog: WatchdogReading  # of the p99
    count: int
    p50: float | None
    p95: float | None
    p99: float | None


class EventLoopDelay(msgspec.Struct, frozen=True, kw_only=True):
    """How late the event loop did what was due, in seconds over the last minute in which requests were in flight."""

    watchdog: WatchdogReading  # of the p99
    p50: float | None
    p99: float | None
    longest: float | None


class MemoryDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What is resident, of the least limit that holds for the process."""

    watchdog: WatchdogReading  # of the ratio
    used_bytes: int
    limit_bytes: int


class Saturation(msgspec.Struct, frozen=True, kw_only=True):
    """How much of what the instance is meant for is in use."""

    requests_watchdog: WatchdogReading  # requests in flight by capacity
    in_flight: int | None  # None: requests are not counted
    request_capacity: int
    thread_watchdogs: list[WatchdogReading]  # of each pool: how much of its threads' time of the last minute is used


class QueueDepth(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for an agent on a topic. Rates are events a second over `rates_over_seconds`."""

    watchdog: WatchdogReading  # of the events that wait
    agent: str
    topic: str
    waiting: int
    oldest_seconds: float | None
    oldest_watchdog: WatchdogReading
    held: bool  # the agent is quarantined: its events wait on purpose
    approximate: bool
    rate_in: float | None
    rate_out: float | None  # acknowledged or given up
    rates_over_seconds: float | None
    seconds_to_drain: float | None  # None: not known, or never if all goes on like this
    dead_letters: int
    dead_letters_watchdog: WatchdogReading
    dead_letter_rate: float | None
    dead_letter_rate_watchdog: WatchdogReading


class WatchdogsDocument(OfOne, frozen=True, kw_only=True):
    """All watchdogs, once in a list and once beside what they watch; `error` says why the queue's are missing."""

    state: WatchdogState
    watchdogs: list[WatchdogReading]
    uptime_seconds: float
    event_loop_delay: EventLoopDelay
    memory: MemoryDocument
    saturation: Saturation
    ai_latency: AiLatency
    queue_depth: list[QueueDepth]
    error: str


class HeardWatchdogs(WatchdogsDocument, frozen=True, kw_only=True):
    """All watchdogs of an instance, as it told them."""

    heard_at: float


class FleetWatchdogs(OfAll, frozen=True, kw_only=True):
    """The watchdogs of all instances."""

    instances: list[HeardWatchdogs]


class WatchdogsRoutes:
    """What is shown of the watchdogs."""

    def __init__(self, watchdogs: Watchdogs, identity: Identity, views: InstanceViews) -> None:
        self._watchdogs = watchdogs
        self._identity = identity
        self._views = views

    def routes(self) -> list[Operation]:
        """For viewers."""
        return [Operation("GET", "/api/observability/watchdogs", self.show, name="show_watchdogs")]

    async def view(self) -> WatchdogsDocument:
        """All of this instance's."""
        return document(await self._watchdogs.look(), self._identity)

    async def show(self, _: Request, query: ScopeQuery) -> JsonResponse[WatchdogsDocument | FleetWatchdogs]:
        """Show the figures that somebody should look at once they grow too large, beside their limits."""
        if query.scope is Whose.INSTANCE:
            return JsonResponse(await self.view())
        of_all, told = await of_everyone(self._views, ViewPart.WATCHDOGS, HeardWatchdogs)
        return JsonResponse(FleetWatchdogs(**of_all, instances=told))


def document(figures: Figures, identity: Identity) -> WatchdogsDocument:
    """What is shown of the figures."""
    latency = figures.ai_latency
    return WatchdogsDocument(
        instance=identity.instance,
        boot_id=identity.boot_id,
        state=figures.state,
        watchdogs=figures.readings,
        uptime_seconds=figures.uptime_seconds,
        event_loop_delay=EventLoopDelay(
            watchdog=figures.reading(Figure.EVENT_LOOP_DELAY),
            p50=figures.loop_delay_quantile(0.5),
            p99=figures.loop_delay_quantile(0.99),
            longest=figures.loop_delay_quantile(1.0),
        ),
        memory=MemoryDocument(
            watchdog=figures.reading(Figure.MEMORY),
            used_bytes=figures.memory.used,
            limit_bytes=figures.memory.limit,
        ),
        saturation=Saturation(
            requests_watchdog=figures.reading(Figure.REQUEST_SATURATION),
            in_flight=figures.in_flight,
            request_capacity=figures.request_capacity,
            thread_watchdogs=[each for each in figures.readings if each.name == Figure.THREAD_SATURATION],
        ),
        ai_latency=AiLatency(
            watchdog=figures.reading(Figure.AI_LATENCY),
            count=figures.ai_attempts,
            p50=latency.quantile(0.5),
            p95=latency.quantile(0.95),
            p99=latency.quantile(0.99),
        ),
        queue_depth=[_queue_depth(figures, queue) for queue in figures.queues],
        error=figures.error,
    )


def _queue_depth(figures: Figures, queue: QueueFigures) -> QueueDepth:
    depth, rates = queue.depth, queue.rates
    subject = queue.subject
    return QueueDepth(
        watchdog=figures.reading(Figure.QUEUE_DEPTH, subject),
        agent=depth.agent,
        topic=depth.topic,
        waiting=depth.waiting,
        oldest_seconds=queue.oldest_seconds,
        oldest_watchdog=figures.reading(Figure.QUEUE_AGE, subject),
        held=depth.held,
        approximate=depth.approximate,
        rate_in=queue.rate("published"),
        rate_out=queue.rate_out,
        rates_over_seconds=None if rates is None else rates.over,
        seconds_to_drain=queue.seconds_to_drain,
        dead_letters=depth.dead_letters,
        dead_letters_watchdog=figures.reading(Figure.DEAD_LETTERS, subject),
        dead_letter_rate=queue.rate("died"),
        dead_letter_rate_watchdog=figures.reading(Figure.DEAD_LETTER_RATE, subject),
    )
