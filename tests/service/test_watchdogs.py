import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from httpx2 import AsyncClient

from service.dependencies.call import directly
from service.dependencies.event_queue import EventQueue
from service.dependencies.plain_call import PlainCall
from service.reliability.latency_window import LatencyWindow
from service.reliability.watchdog import WatchdogChange, WatchdogState
from service.store.errors import StoreError
from service.store.events import Depth, Event
from service.store.sqlite_events import SqliteEventStore
from service.store.sqlite_file import SqliteConfig, SqliteFile
from service.store.thread_pool import ThreadPool
from service.watchdogs.config import Figure, Thresholds, WatchdogsConfig
from service.watchdogs.memory import Memory
from service.watchdogs.watch import Figures, Watchdogs, Watched
from tests.service.conftest import Start
from tests.unit.reliability.manual_clock import ManualClock

OK, WARNING, ALERT = WatchdogState
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
QUEUE = "indexer:t"
UNDELAYED = {"EVENT_LOOP_DELAY_WARNING_SECONDS": "3600", "EVENT_LOOP_DELAY_ALERT_SECONDS": "3600"}
"""For what the machine's other work must not change."""


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


@pytest.fixture
def instance() -> Instance:
    return Instance()


async def test_an_instance_of_which_nothing_is_known_yet_is_well(instance: Instance) -> None:
    figures = await instance.looks()
    assert figures.state is OK
    assert {each.name for each in figures.readings} == {*Figure, "uptime"}
    assert (figures.readings[-1].name, figures.readings[-1].value) == ("uptime", 5.0)
    assert instance.changes == []


async def test_each_figure_is_judged_and_its_change_told_once(instance: Instance) -> None:
    instance.ai_latency.record(2.0, instance.clock.now)
    instance.loop_delay.record(0.2, instance.clock.now)
    instance.in_flight = 9
    instance.queue.depth = Depth("indexer", "t", 85, instance.clock.now - 400, 3)
    figures = await instance.looks()
    await instance.looks()
    assert figures.state is ALERT
    assert instance.told() == [
        (Figure.EVENT_LOOP_DELAY, WARNING),
        (Figure.REQUEST_SATURATION, ALERT),
        (Figure.AI_LATENCY, ALERT),
        (Figure.QUEUE_DEPTH, WARNING),
        (Figure.QUEUE_AGE, ALERT),
        (Figure.DEAD_LETTERS, ALERT),
    ]
    assert figures.names(ALERT) == [
        "request_saturation",
        "ai_latency_p99",
        "queue_age:indexer:t",
        "dead_letters:indexer:t",
    ]
    assert instance.watchdogs.alerting == 4


async def test_a_queue_that_is_empty_again_is_well_again(instance: Instance) -> None:
    instance.queue.depth = Depth("indexer", "t", 200, instance.clock.now - 400, 0)
    await instance.looks()
    instance.queue.depth = Depth("indexer", "t", 0, None, 0)
    assert (await instance.looks()).state is OK
    assert instance.told()[2:] == [(Figure.QUEUE_DEPTH, OK), (Figure.QUEUE_AGE, OK)]


async def test_how_old_the_oldest_is_may_not_be_known(instance: Instance) -> None:
    instance.queue.depth = Depth("indexer", "t", 5, None, 0, approximate=True)
    figures = await instance.looks()
    assert figures.reading(Figure.QUEUE_AGE, QUEUE).value is None


async def test_rates_come_of_the_counters_and_tell_when_the_queue_is_empty(instance: Instance) -> None:
    instance.queue.depth = Depth("indexer", "t", 80, instance.clock.now, 0, published=100, acknowledged=20, died=0)
    (queue,) = (await instance.looks()).queues
    assert (queue.rates, queue.rate_out, queue.seconds_to_drain) == (None, None, None)
    instance.queue.depth = Depth("indexer", "t", 60, instance.clock.now, 2, published=110, acknowledged=48, died=2)
    figures = await instance.looks(after=10)
    (queue,) = figures.queues
    assert (queue.rate("published"), queue.rate_out, queue.rate("died")) == (1.0, 3.0, 0.2)
    assert queue.seconds_to_drain == 30
    assert figures.reading(Figure.DEAD_LETTER_RATE, QUEUE).value == 12
    assert figures.reading(Figure.DEAD_LETTER_RATE, QUEUE).state is ALERT


async def test_a_queue_that_cannot_be_read_is_an_alert_and_leaves_its_watchdogs_as_they_are(instance: Instance) -> None:
    instance.queue.depth = Depth("indexer", "t", 85, None, 0)
    await instance.looks()
    instance.queue.away = True
    figures = await instance.looks(after=600)
    assert (figures.state, figures.error) == (ALERT, "the event queue cannot be read: the disk is full")
    assert figures.queues == []
    instance.queue.away = False
    figures = await instance.looks()
    assert figures.reading(Figure.QUEUE_DEPTH, QUEUE).seconds_in_state == 605
    assert instance.told() == [(Figure.QUEUE_DEPTH, WARNING)]


async def test_threads_are_saturated_by_the_share_of_their_time_that_is_used(instance: Instance) -> None:
    release = asyncio.Event()
    await instance.looks()
    loop = asyncio.get_running_loop()
    works = [
        instance.threads.submit(lambda: asyncio.run_coroutine_threadsafe(release.wait(), loop).result()) for _ in "abc"
    ]
    figures = await instance.looks(after=10)
    assert figures.reading(Figure.THREAD_SATURATION, "documents").value == 1.0
    assert instance.threads.under_way == 3
    release.set()
    await asyncio.gather(*map(asyncio.wrap_future, works))
    figures = await instance.looks(after=10)
    assert figures.reading(Figure.THREAD_SATURATION, "documents").value == 0.5
    assert instance.threads.under_way == 0
    instance.threads.shutdown()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteEventStore]:
    file = SqliteFile(SqliteConfig(path=str(tmp_path / "q.sqlite3"), threads=2, busy_timeout=timedelta(seconds=1)))
    opened = SqliteEventStore(file, visibility=timedelta(seconds=30), max_receives=1)
    await opened.open()
    yield opened
    await opened.close()


async def test_all_who_look_within_a_second_share_one_reading_of_the_queue(store: SqliteEventStore) -> None:
    async def waiting() -> Iterable[int]:
        return [each.depth.waiting for each in (await watchdogs.look()).queues]

    clock = ManualClock()
    queue = EventQueue(
        store, PlainCall("event_queue", directly), topics={"t": ("indexer",)}, quarantined=lambda _: False
    )
    watched = Watched(
        ai_latency=LatencyWindow(0, duration=60),
        loop_delay=None,
        in_flight=None,
        threads={},
        memory=Memory(),
        queue=queue,
    )
    watchdogs = Watchdogs(CONFIG, watched, on_change=print, clock=clock)
    assert [*await asyncio.gather(waiting(), waiting())] == [[0], [0]]
    await queue.publish(Event(id="e1", topic="t", document_id="d1", request_id="r1"), None)
    clock.now += 0.9
    assert await waiting() == [0]
    clock.now += 0.2
    assert await waiting() == [1]


async def events(client: AsyncClient, kind: str) -> list[tuple[str, str]]:
    journal = (await client.get("/api/observability/events")).json()["events"]
    return [(event["subject"], event["reason"]) for event in journal if event["type"] == kind]


async def test_a_look_at_the_service_tells_the_journal_the_metrics_and_the_summary(start: Start) -> None:
    async with start(QUEUE_DEPTH_WARNING="2", QUEUE_DEPTH_ALERT="3", **UNDELAYED) as client:
        for number in range(3):
            event = {"topic": "document.created", "document_id": f"d{number}"}
            assert (await client.post("/api/events", json=event)).status_code == 202
        shown = (await client.get("/api/observability/watchdogs")).json()
        summary = (await client.get("/api/observability/summary")).json()
        metrics = (await client.get("/metrics")).text
        alerts = await events(client, "watchdog_alerted")
    name = "queue_depth:indexer:document.created"
    assert alerts == [(name, "3 events; the alert threshold is 3")]
    assert (summary["alerting"], summary["warning"], summary["webhook"]) == ([name], [], {})
    labels = 'subject="indexer:document.created",watchdog="queue_depth"'
    assert f'ballast_watchdog_state{{state="alert",{labels}}} 1.0' in metrics
    assert f"ballast_watchdog_value{{{labels}}} 3.0" in metrics
    (queue,) = shown["queue_depth"]
    listed = {(each["name"], each["subject"]): each for each in shown["watchdogs"]}
    assert listed["queue_depth", "indexer:document.created"]["state"] == queue["watchdog"]["state"] == "alert"
    assert {name for name, _ in listed} == {*Figure, "uptime"}
    assert all(each["seconds_in_state"] >= 0 for each in shown["watchdogs"])
    assert {subject for name, subject in listed if name == "thread_saturation"} == {"documents", "events", "control"}
    assert 0 < shown["memory"]["used_bytes"] < shown["memory"]["limit_bytes"]
    assert (shown["saturation"]["in_flight"], shown["saturation"]["request_capacity"]) == (1, 80)
    assert shown["uptime_seconds"] > 0


async def test_a_request_that_holds_the_loop_up_is_seen_as_its_delay(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    def count_for_long(**_: object) -> int:
        return sum(range(12_000_000))  # a fifth of a second on any machine of today

    async with start(EVENT_LOOP_DELAY_WARNING_SECONDS="0.01", EVENT_LOOP_DELAY_ALERT_SECONDS="3600") as client:
        monkeypatch.setattr("service.workload.embeddings.EmbeddingAnswer", count_for_long)
        await client.post("/api/embeddings", json={"text": "a"})
        shown = (await client.get("/api/observability/watchdogs")).json()
    assert shown["event_loop_delay"]["longest"] > 0.01
    assert shown["event_loop_delay"]["watchdog"]["state"] == "warning"


async def test_without_the_reliability_system_what_is_not_measured_is_not_shown(start: Start) -> None:
    async with start(USE_RELIABILITY_SYSTEM="false") as client:
        shown = (await client.get("/api/observability/watchdogs")).json()
    assert (shown["saturation"]["in_flight"], shown["event_loop_delay"]["p99"]) == (None, None)
    assert shown["memory"]["watchdog"]["value"] > 0
