"""Each figure of an instance is judged by its thresholds, and a change is told once."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from service.dependencies.call import directly
from service.dependencies.event_queue import EventQueue
from service.dependencies.plain_call import PlainCall
from service.reliability.latency_window import LatencyWindow
from service.reliability.watchdog import WatchdogState
from service.store.events import Depth, Event
from service.store.sqlite_events import SqliteEventStore
from service.watchdogs.config import Figure
from service.watchdogs.memory import Memory
from service.watchdogs.watch import Watchdogs, Watched
from tests.service.store.conftest import sqlite_file
from tests.service.watched_instance import CONFIG, Instance
from tests.unit.reliability.manual_clock import ManualClock

OK, WARNING, ALERT = WatchdogState
QUEUE = "indexer:t"


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


async def test_all_who_look_within_a_second_share_one_reading_of_the_queue(tmp_path: Path) -> None:
    async def waiting() -> Iterable[int]:
        return [each.depth.waiting for each in (await watchdogs.look()).queues]

    clock = ManualClock()
    store = SqliteEventStore(sqlite_file(tmp_path), visibility=timedelta(seconds=30), max_receives=1)
    await store.open()
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
    await store.close()
