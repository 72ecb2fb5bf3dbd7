"""How a redrive ends by itself, and how it is kept: decided by the clock."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from service.dependencies.call import directly
from service.dependencies.event_queue import EventQueue
from service.dependencies.plain_call import PlainCall
from service.fleet.control_copy import ControlCopy
from service.fleet.operations import DOCUMENT, Operations
from service.redrives import LEASE, RedriveConflictError, Redrives, RedriveStep
from service.store import sqlite_control
from service.store.control import ControlDocument
from service.store.events import Choice, Event
from service.store.sqlite_control import SqliteControlStore
from service.store.sqlite_events import SqliteEventStore
from tests.service.store.conftest import sqlite_file
from tests.unit.reliability.manual_clock import ManualClock

ALL = Choice()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def store(tmp_path: Path, clock: ManualClock) -> AsyncIterator[SqliteEventStore]:
    """With ten dead letters."""
    store = SqliteEventStore(sqlite_file(tmp_path), visibility=timedelta(seconds=30), max_receives=1, wall_clock=clock)
    await store.open()
    for number in range(10):
        await store.publish(Event(id=f"e{number}", topic="t", document_id="d", request_id="r"), ("a",), None)
    await die(store)
    yield store
    await store.close()


async def die(store: SqliteEventStore) -> None:
    """What waits is delivered, and is unfit."""
    for message in await store.claim("a", 10):
        await store.bury("a", message, "no reason")


@pytest.fixture
async def redrives(tmp_path: Path, store: SqliteEventStore, clock: ManualClock) -> AsyncIterator[Redrives]:
    file = sqlite_file(tmp_path)
    await file.open(sqlite_control.SCHEMA)
    control = SqliteControlStore(file)

    def seen(document: ControlDocument) -> None:
        operations.seen(document)

    operations = Operations(
        control, ControlCopy(control, [DOCUMENT], on_change=seen, on_answer=lambda _: None), wall_clock=clock
    )
    call = PlainCall("event_queue", directly)
    queue = EventQueue(store, call, topics={"t": ("a",)}, quarantined=operations.quarantined)
    yield Redrives(operations, queue, wall_clock=clock)
    await file.close()


async def begun(redrives: Redrives) -> str:
    step = await redrives.begin("a", ALL, by="ann", reason="why", limit=1, rate=1, maximum=100)
    assert step.redrive is not None
    return step.redrive


async def step(redrives: Redrives, redrive: str) -> RedriveStep:
    return await redrives.go_on("a", ALL, redrive, limit=100)


async def test_its_rate_counts_from_step_to_step_whoever_takes_them(redrives: Redrives, clock: ManualClock) -> None:
    redrive = await begun(redrives)
    moved = []
    for seconds in (1, 1, 2):
        clock.advance(seconds)
        moved.append((await step(redrives, redrive)).moved_in_all)
    assert moved == [2, 3, 4]


async def test_a_driver_that_paused_makes_up_for_nothing(redrives: Redrives, clock: ManualClock) -> None:
    begin = await redrives.begin("a", ALL, by="ann", reason="why", limit=100, rate=2, maximum=100)
    clock.advance(0.9 * LEASE)
    steps = [await redrives.go_on("a", ALL, str(begin.redrive), limit=100) for _ in range(2)]
    assert [each.moved for each in (begin, *steps)] == [2, 2, 0]


async def test_what_it_moved_and_died_anew_is_not_moved_again(
    redrives: Redrives, store: SqliteEventStore, clock: ManualClock
) -> None:
    begin = await redrives.begin("a", ALL, by="ann", reason="why", limit=4, rate=1000, maximum=1000)
    steps = [begin]
    while not steps[-1].done:
        clock.advance(1)
        await die(store)
        steps.append(await redrives.go_on("a", ALL, str(begin.redrive), limit=4))
    assert [each.moved for each in steps] == [4, 4, 2]
    assert (await store.depths())[0].dead_letters == 8


async def test_steps_keep_it_and_it_ends_a_while_after_the_last_one(redrives: Redrives, clock: ManualClock) -> None:
    redrive = await begun(redrives)
    for _ in range(3):
        clock.advance(0.9 * LEASE)
        await redrives.go_on("a", ALL, redrive, limit=1)
    clock.advance(LEASE)
    with pytest.raises(RedriveConflictError, match="no step came for 60 s; begin another"):
        await step(redrives, redrive)
    assert await begun(redrives) != redrive


async def test_one_that_was_followed_by_another_has_no_further_step(redrives: Redrives, clock: ManualClock) -> None:
    redrive = await begun(redrives)
    clock.advance(LEASE)
    await begun(redrives)
    with pytest.raises(RedriveConflictError, match=f"{redrive} is not the redrive of a; ann has begun another since"):
        await step(redrives, redrive)
