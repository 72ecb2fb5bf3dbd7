"""The event queue: every use of it is a call that can fail."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from service.dependencies.attempt import Attempt
from service.dependencies.call import Call
from service.dependencies.errors import AttemptError
from service.store.errors import StoreError
from service.store.events import Depth, Event, EventStore

T = TypeVar("T")

DEPTHS_TIMEOUT = 0.5  # seconds


class EventQueue:
    """Events for agents, at least once. Methods raise CallError when the queue did not answer."""

    def __init__(self, store: EventStore, call: Call, *, topics: Mapping[str, tuple[str, ...]]) -> None:
        """`topics` has the agents of each topic."""
        self._store = store
        self._call = call
        self._topics = topics

    async def check(self) -> None:
        """Whether the queue answers; past the guard.

        Raises:
            AttemptError: it does not.
        """
        try:
            await self._store.check()
        except StoreError as error:
            raise AttemptError(str(error)) from error

    async def publish(self, event: Event, idempotency_key: str | None) -> str | None:
        """Accept an event for the agents of its topic; the id under which it is known.

        None: the key was used for an event that says something else.
        """
        agents = self._topics[event.topic]
        return await attempted(
            self._call, lambda: self._store.publish(event, agents, idempotency_key), event.request_id
        )

    async def depths(self) -> list[Depth]:
        """What waits and what died, for each agent and topic, also where that is nothing.

        For watching: it passes guard and faults by.

        Raises:
            StoreError: the queue did not answer in time.
        """
        try:
            async with asyncio.timeout(DEPTHS_TIMEOUT):
                found = {(each.agent, each.topic): each for each in await self._store.depths()}
        except TimeoutError as error:
            raise StoreError(f"no answer within {DEPTHS_TIMEOUT:g} s") from error
        pairs = [(agent, topic) for topic, agents in self._topics.items() for agent in agents]
        return [found.get(pair) or Depth(*pair, 0, None, 0) for pair in pairs]


async def attempted(call: Call, work: Callable[[], Awaitable[T]], request_id: str) -> T:
    """What `work` on the queue gives, behind a guard. Raises CallError when the queue did not answer."""

    async def attempt_it(_: Attempt) -> T:
        try:
            return await work()
        except StoreError as error:
            raise AttemptError(str(error)) from error

    return (await call(attempt_it, request_id)).value
