import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from service.dependencies.call import directly
from service.dependencies.event_queue import EventQueue
from service.dependencies.plain_call import PlainCall
from service.reliability.latency_window import LatencyWindow
from service.reliability.watchdog import WatchdogState
from service.store.events import Event
from service.store.sqlite_events import SqliteEventStore
from service.store.sqlite_file import SqliteConfig, SqliteFile
from service.web.watchdogs import WatchdogConfig, Watchdogs

CONFIG = WatchdogConfig(ai_latency=timedelta(seconds=1), queue_depth=100, dead_letters=1)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[SqliteEventStore]:
    file = SqliteFile(SqliteConfig(path=str(tmp_path / "q.sqlite3"), threads=2, busy_timeout=timedelta(seconds=1)))
    opened = SqliteEventStore(file, visibility=timedelta(seconds=30), max_receives=1, wall_clock=clock)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def queue(store: SqliteEventStore) -> EventQueue:
    return EventQueue(
        store, PlainCall("event_queue", directly), topics={"t": ("indexer",)}, quarantined=lambda _: False
    )


def watchdogs(queue: EventQueue, clock: Clock) -> Watchdogs:
    return Watchdogs(CONFIG, ai_latency=LatencyWindow(0, duration=60), queue=queue, clock=clock, wall_clock=clock)


async def test_a_dead_letter_is_an_alert_of_its_own(queue: EventQueue, store: SqliteEventStore, clock: Clock) -> None:
    await queue.publish(Event(id="e1", topic="t", document_id="d1", request_id="r1"), None)
    await store.claim("indexer", 1)
    clock.now += 30
    await store.claim("indexer", 1)
    watched = await watchdogs(queue, clock).read()
    (depth,) = watched.queue_depth
    assert (depth.dead_letters, depth.dead_letters_watchdog.state) == (1, WatchdogState.ALERT)
    assert (depth.watchdog.state, watched.state) == (WatchdogState.OK, WatchdogState.ALERT)


async def test_without_dead_letters_there_is_nothing_to_alert_about(queue: EventQueue, clock: Clock) -> None:
    assert (await watchdogs(queue, clock).read()).state is WatchdogState.OK


async def test_all_who_look_within_a_second_share_one_reading_of_the_queue(queue: EventQueue, clock: Clock) -> None:
    async def waiting() -> int:
        (depth,) = (await watched.read()).queue_depth
        return depth.waiting

    watched = watchdogs(queue, clock)
    assert [*await asyncio.gather(waiting(), waiting())] == [0, 0]
    await queue.publish(Event(id="e1", topic="t", document_id="d1", request_id="r1"), None)
    clock.now += 0.9
    assert await waiting() == 0
    clock.now += 0.2
    assert await waiting() == 1
