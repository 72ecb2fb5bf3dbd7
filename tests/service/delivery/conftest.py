"""A pump between a queue in a file and an agent in this process; its pauses pass on the clock alone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from httpx2 import AsyncBaseTransport

from service.dependencies.agent_queue import AgentQueue
from service.dependencies.call import directly
from service.dependencies.delivery import Pump, PumpConfig
from service.dependencies.event_queue import EventQueue
from service.dependencies.plain_call import PlainCall
from service.store.sqlite_events import SqliteEventStore
from tests.service.delivery.agent import Agent, Quarantine
from tests.service.store.conftest import sqlite_file
from tests.unit.reliability.manual_clock import ManualClock

Pumping: TypeAlias = Callable[..., AbstractAsyncContextManager[Pump]]
CONFIG = PumpConfig(
    agent="indexer",
    token="internal-token",
    instance="i",
    idle=timedelta(hours=1),
    timeout=timedelta(seconds=5),
    visibility=timedelta(seconds=30),
)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def agent() -> Agent:
    return Agent()


@pytest.fixture
def held() -> Quarantine:
    return Quarantine()


@pytest.fixture
def pauses() -> list[float]:
    """The pauses of the pump, in seconds."""
    return []


@pytest.fixture
async def store(tmp_path: Path, clock: ManualClock) -> AsyncIterator[SqliteEventStore]:
    opened = SqliteEventStore(sqlite_file(tmp_path), visibility=CONFIG.visibility, max_receives=2, wall_clock=clock)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def queue(store: SqliteEventStore) -> EventQueue:
    return EventQueue(
        store, PlainCall("event_queue", directly), topics={"t": ("indexer",)}, quarantined=lambda _: False
    )


@pytest.fixture
def messages(store: SqliteEventStore) -> AgentQueue:
    return AgentQueue(store, PlainCall("event_queue", directly))


async def listening() -> str:
    return "http://service"


@pytest.fixture
def pumping(messages: AgentQueue, clock: ManualClock, pauses: list[float], held: Quarantine) -> Pumping:
    """Starts a pump over a transport, with the given changes of its configuration, and stops it when the block ends."""

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        clock.advance(seconds)
        await asyncio.sleep(0)

    @asynccontextmanager
    async def started(
        transport: AsyncBaseTransport,
        *,
        messages: AgentQueue = messages,
        address: Callable[[], Awaitable[str]] = listening,
        **changed: Any,
    ) -> AsyncIterator[Pump]:
        config = replace(CONFIG, **changed)
        pump = Pump(messages, config, address=address, held=held, transport=transport, sleep=sleep)
        await pump.start()
        try:
            yield pump
        finally:
            await pump.stop()

    return started


@pytest.fixture
async def pump(pumping: Pumping, agent: Agent) -> AsyncIterator[Pump]:
    async with pumping(agent.transport()) as running:
        yield running
