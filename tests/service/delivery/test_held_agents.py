"""An agent that is held gets nothing, and loses nothing by it."""

from service.dependencies.call import directly
from service.dependencies.delivery import Pump
from service.dependencies.event_queue import EventQueue
from service.dependencies.plain_call import PlainCall
from service.store.sqlite_events import SqliteEventStore
from tests.service.delivery.agent import Agent, Quarantine
from tests.service.delivery.published import drained, publish, until
from tests.unit.reliability.manual_clock import ManualClock


async def test_a_held_agent_gets_nothing_and_all_of_it_when_it_is_released(
    queue: EventQueue, pump: Pump, agent: Agent, held: Quarantine, pauses: list[float]
) -> None:
    held.on = True
    looks = held.looks
    pump.wake()
    await until(lambda: held.looks > looks + 1)  # so that nothing is on its way that was asked for before
    await publish(queue, pump, "d1", "d2", "d3")
    await until(lambda: held.looks > looks + 20)
    assert (agent.deliveries, (await queue.depths())[0].waiting) == ([], 3)
    assert set(pauses) == {0.5}  # so it hears of its release within half a second
    held.on = False
    await drained(queue)
    assert agent.receives() == [1, 1, 1]


async def test_what_waits_for_a_held_agent_is_shown_as_held(store: SqliteEventStore) -> None:
    call = PlainCall("event_queue", directly)
    topics = {"t": ("indexer", "painter")}
    queue = EventQueue(store, call, topics=topics, quarantined=lambda agent: agent == "painter")
    assert queue.agents == ["indexer", "painter"]
    assert [(depth.agent, depth.held) for depth in await queue.depths()] == [("indexer", False), ("painter", True)]


async def test_what_was_on_its_way_when_the_agent_was_held_comes_again_without_the_pause_it_asked_for(
    queue: EventQueue, pump: Pump, agent: Agent, held: Quarantine, pauses: list[float], clock: ManualClock
) -> None:
    def hold() -> None:
        held.on = True

    agent.on_delivery, agent.script, agent.retry_after = hold, [503], "60"
    began = clock.now
    await publish(queue, pump)
    await until(lambda: held.looks > 10)
    assert len(agent.deliveries) == 1
    agent.on_delivery, held.on = (lambda: None), False
    await drained(queue)
    assert agent.receives() == [1, 1]
    assert 60 not in pauses
    assert clock.now - began == sum(pauses)
