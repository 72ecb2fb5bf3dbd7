"""What was published, until it is delivered or dead."""

import asyncio
from collections.abc import Callable

from service.dependencies.delivery import Pump
from service.dependencies.event_queue import EventQueue
from service.store.events import DeadLetter, Event


async def publish(queue: EventQueue, pump: Pump, *documents: str) -> None:
    for number, document in enumerate(documents or ("d1",), start=1):
        await queue.publish(Event(id=f"e{number}", topic="t", document_id=document, request_id="r1"), None)
    pump.wake()


async def drained(queue: EventQueue) -> None:
    for _ in range(5000):
        if not (await queue.depths())[0].waiting:
            return
    raise AssertionError("the queue was never empty")


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(5000):
        if holds():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it never came true")


async def only_dead_letter(queue: EventQueue) -> DeadLetter:
    page = await queue.dead_letters(agent="indexer", topic=None, limit=10, after=None)
    (letter,) = page.dead_letters
    return letter
