"""Watchdogs over figures that the test sets."""

from datetime import timedelta

from service.dependencies.call import directly
from service.dependencies.event_queue import EventQueue
from service.dependencies.plain_call import PlainCall
from service.reliability.latency_window import LatencyWindow
from service.reliability.watchdog import WatchdogChange, WatchdogState
from service.store.errors import StoreError
from service.store.events import Depth
from service.store.thread_pool import ThreadPool
from service.watchdogs.config import Figure, Thresholds, WatchdogsConfig
from service.watchdogs.memory import Memory
from service.watchdogs.watch import Figures, Watchdogs, Watched
from tests.unit.reliability.manual_clock import ManualClock

CONFIG = WatchdogsConfig(
    thresholds={
        Figure.EVENT_LOOP_DELAY: Thresholds(warning=0.1, alert=0.5),
        Figure.MEMORY: Thresholds(warning=0.8, alert=0.9),
        Figure.REQUEST_SATURATION: Thresholds(warning=0.7, alert=0.9),
        Figure.THREAD_SATURATION: Thresholds(warning=0.7, alert=0.9),
        Figure.AI_LATENCY: Thresholds(warning=0.8, alert=1),
        Figure.QUEUE_DEPTH: Thresholds(warning=80, alert=100),
        Figure.QUEUE_AGE: Thresholds(warning=60, alert=300),
        Figure.DEAD_LETTERS: Thresholds(warning=1, alert=1),
        Figure.DEAD_LETTER_RATE: Thresholds(warning=1, alert=10),
    },
    request_capacity=10,
    recovery_ratio=0.9,
    hold=timedelta(seconds=30),
)


class PlayedQueue:
    """An event store of which only its depths are asked."""

    def __init__(self) -> None:
        self.depth = Depth("indexer", "t", 0, None, 0)
        self.away = False

    async def depths(self) -> list[Depth]:
        if self.away:
            raise StoreError("the disk is full")
        return [self.depth]


class Instance:
    """Watchdogs over figures that the test sets."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.queue = PlayedQueue()
        self.in_flight = 0
        self.ai_latency = LatencyWindow(self.clock.now, duration=60)
        self.loop_delay = LatencyWindow(self.clock.now, duration=60)
        self.threads = ThreadPool(2, name="test", clock=self.clock)
        self.changes: list[WatchdogChange] = []
        event_queue = EventQueue(
            self.queue,  # type: ignore[arg-type] # nothing else is asked of it
            PlainCall("event_queue", directly),
            topics={"t": ("indexer",)},
            quarantined=lambda _: False,
        )
        watched = Watched(
            ai_latency=self.ai_latency, loop_delay=self.loop_delay, in_flight=lambda: self.in_flight,
            threads={"documents": self.threads}, memory=Memory(), queue=event_queue,
        )  # fmt: skip
        self.watchdogs = Watchdogs(
            CONFIG, watched, on_change=self.changes.append, clock=self.clock, wall_clock=self.clock
        )

    async def looks(self, *, after: float = 5.0) -> Figures:
        self.clock.advance(after)
        return await self.watchdogs.look()

    def told(self) -> list[tuple[str, WatchdogState]]:
        return [(change.name, change.to_state) for change in self.changes]
