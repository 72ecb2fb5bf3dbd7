"""How a pump starts and stops, and keeps what it is delivering from coming twice."""

import asyncio
from datetime import timedelta

import httpx2
from httpx2 import AsyncBaseTransport

from service.dependencies.agent_queue import AgentQueue
from service.dependencies.call import directly
from service.dependencies.delivery import Pump
from service.dependencies.event_queue import EventQueue
from service.dependencies.plain_call import PlainCall
from service.store.events import Message
from service.store.sqlite_events import SqliteEventStore
from tests.service.delivery.agent import Agent, Quarantine
from tests.service.delivery.conftest import CONFIG, Pumping
from tests.service.delivery.published import drained, publish
from tests.unit.reliability.manual_clock import ManualClock


async def test_the_pump_waits_until_the_service_listens(queue: EventQueue, pumping: Pumping, agent: Agent) -> None:
    listens = asyncio.Event()

    async def address() -> str:
        await listens.wait()
        return "http://service"

    async with pumping(agent.transport(), address=address) as pump:
        await publish(queue, pump)
        await asyncio.sleep(0)
        assert (await queue.depths())[0].waiting == 1
        listens.set()
        await drained(queue)
    assert len(agent.deliveries) == 1


async def test_a_pump_that_was_never_started_can_be_stopped(messages: AgentQueue, held: Quarantine) -> None:
    async def address() -> str:
        raise AssertionError("not asked for")

    await Pump(messages, CONFIG, address=address, held=held).stop()


async def test_a_message_stays_hidden_for_as_long_as_its_delivery_takes(
    queue: EventQueue, messages: AgentQueue, store: SqliteEventStore, pumping: Pumping, clock: ManualClock
) -> None:
    renewed, finish = asyncio.Event(), asyncio.Event()

    class Slow(AsyncBaseTransport):
        async def handle_async_request(self, _: httpx2.Request) -> httpx2.Response:
            clock.advance(29)  # nearly all of the message's visibility
            await finish.wait()
            return httpx2.Response(200)

    class Renewing(AgentQueue):
        async def extend(self, agent: str, message: Message) -> bool:
            kept = await super().extend(agent, message)
            renewed.set()
            return kept

    renewing = Renewing(store, PlainCall("event_queue", directly))
    spans = {"visibility": timedelta(milliseconds=20), "timeout": timedelta(minutes=1)}
    async with pumping(Slow(), messages=renewing, **spans) as pump:
        await publish(queue, pump)
        await renewed.wait()
        clock.advance(29)  # more than the visibility since it was claimed
        assert await messages.claim("indexer", 1, "r") == []
        finish.set()
        await drained(queue)
    assert (await queue.depths())[0].acknowledged == 1
