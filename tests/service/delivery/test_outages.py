"""An agent that is away, busy or silent costs no message, and no receive of one."""

import asyncio
import json
from datetime import timedelta

import httpx2
import pytest
from httpx2 import AsyncBaseTransport, ConnectError

from service.dependencies.delivery import Pump
from service.dependencies.event_queue import EventQueue
from tests.service.delivery.agent import Agent
from tests.service.delivery.conftest import Pumping
from tests.service.delivery.published import drained, publish
from tests.unit.reliability.manual_clock import ManualClock


@pytest.mark.parametrize("status", [401, 403, 408, 429, 502, 503, 504])
async def test_an_outage_costs_no_receives_and_no_message(
    queue: EventQueue, pump: Pump, agent: Agent, clock: ManualClock, pauses: list[float], status: int
) -> None:
    agent.script = [status] * 20
    began = clock.now
    await publish(queue, pump)
    await drained(queue)
    assert agent.receives() == [1] * 21
    assert (pauses, clock.now) == ([1.0] * 20, began + 20)
    assert (await queue.depths())[0].dead_letters == 0


@pytest.mark.parametrize(("retry_after", "paused"), [("7", 7), ("86400", 60), ("soon", 1), ("0", 1)])
async def test_the_pump_pauses_for_as_long_as_the_agent_says_within_reason(
    queue: EventQueue, pump: Pump, agent: Agent, pauses: list[float], retry_after: str, paused: float
) -> None:
    agent.script, agent.retry_after = [503], retry_after
    await publish(queue, pump)
    await drained(queue)
    assert pauses == [paused]


async def test_a_delivery_without_an_answer_costs_no_receive(queue: EventQueue, pump: Pump, agent: Agent) -> None:
    def silent_at_first() -> None:
        if len(agent.deliveries) < 5:
            raise ConnectError("nobody is there")

    agent.on_delivery = silent_at_first
    await publish(queue, pump)
    await drained(queue)
    assert agent.receives() == [1] * 5


async def test_a_delivery_that_never_ends_is_given_up_as_a_whole(queue: EventQueue, pumping: Pumping) -> None:
    tries: list[int] = []

    class Trickle(AsyncBaseTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            tries.append(json.loads(request.content)["receives"])
            if len(tries) == 1:
                await asyncio.Event().wait()  # as an answer of which a byte arrives now and then
            return httpx2.Response(200)

    async with pumping(Trickle(), timeout=timedelta(milliseconds=10)) as pump:
        await publish(queue, pump)
        await drained(queue)
    assert tries == [1, 1]
