"""Each message is pushed to its agent until the agent has accepted it, or is known never to."""

import pytest

from service.dependencies.delivery import Pump
from service.dependencies.event_queue import EventQueue
from service.store.events import Event
from service.store.sqlite_events import SqliteEventStore
from tests.service.delivery.agent import Agent
from tests.service.delivery.published import drained, only_dead_letter, publish, until
from tests.unit.reliability.manual_clock import ManualClock


async def test_a_published_event_is_pushed_and_acknowledged(queue: EventQueue, pump: Pump, agent: Agent) -> None:
    await publish(queue, pump)
    await drained(queue)
    assert agent.deliveries == [{"id": "e1", "topic": "t", "document_id": "d1", "receives": 1}]
    assert agent.headers[0]["authorization"] == "Bearer internal-token"
    assert agent.headers[0]["x-request-id"] == "r1"
    assert agent.headers[0]["idempotency-key"] == "e1"


async def test_what_no_header_can_hold_is_delivered_without_it(
    queue: EventQueue, store: SqliteEventStore, pump: Pump, agent: Agent
) -> None:
    """As another program might put it into the queue."""
    odd = Event(id="e\n1", topic="t", document_id="d1", request_id="réquest\r\nX-Other: 1")
    await store.publish(odd, ("indexer",), None)
    pump.wake()
    await drained(queue)
    assert [delivery["id"] for delivery in agent.deliveries] == ["e\n1"]
    assert not {"x-request-id", "idempotency-key", "x-other"} & set(agent.headers[0])


async def test_what_the_agent_does_not_accept_comes_again_after_its_visibility(
    queue: EventQueue, pump: Pump, agent: Agent, clock: ManualClock
) -> None:
    agent.script = [500]
    await publish(queue, pump)
    await until(lambda: len(agent.deliveries) == 1)
    pump.wake()
    assert len(agent.deliveries) == 1
    clock.advance(30)
    pump.wake()
    await drained(queue)
    assert agent.receives() == [1, 2]
    assert {headers["idempotency-key"] for headers in agent.headers} == {"e1"}


async def test_what_the_agent_never_accepts_becomes_a_dead_letter(
    queue: EventQueue, pump: Pump, agent: Agent, clock: ManualClock
) -> None:
    agent.script = [404, 404, 404]
    await publish(queue, pump)
    for count in (1, 2):
        await until(lambda count=count: len(agent.deliveries) == count)  # type: ignore[misc] # mypy on defaults of lambdas
        clock.advance(30)
        pump.wake()
    await drained(queue)
    (depth,) = await queue.depths()
    assert (depth.waiting, depth.dead_letters, len(agent.deliveries)) == (0, 1, 2)


@pytest.mark.parametrize("status", [400, 413, 415, 422])
async def test_what_can_never_be_accepted_is_a_dead_letter_at_once_and_says_why(
    queue: EventQueue, pump: Pump, agent: Agent, status: int
) -> None:
    agent.script, agent.problem = [status], '{"detail": "topic is t; expected another"}'
    await publish(queue, pump)
    await drained(queue)
    letter = await only_dead_letter(queue)
    assert letter.reason == f"the agent answered {status}: topic is t; expected another"
    assert (letter.attempts, len(agent.deliveries)) == (1, 1)


@pytest.mark.parametrize("status", [422, 502, 504])
async def test_a_poison_message_dies_and_does_not_hold_up_the_rest(
    queue: EventQueue, pump: Pump, agent: Agent, clock: ManualClock, status: int
) -> None:
    agent.failing = {"poison": status}
    others = [f"d{number}" for number in range(20)]
    await publish(queue, pump, *others[:3], "poison", *others[3:])
    await until(lambda: {each["document_id"] for each in agent.deliveries} == {"poison", *others})
    for _ in range(10):
        clock.advance(30)
        agent.deliveries.clear()
        await publish(queue, pump, *others)  # the same events: only those that were acknowledged are there anew
        await until(lambda: any(each["document_id"] != "poison" for each in agent.deliveries))
        if (await queue.depths())[0].dead_letters:
            break
    letter = await only_dead_letter(queue)
    assert letter.document_id == "poison"
    assert letter.reason == f"the agent answered {status}"
