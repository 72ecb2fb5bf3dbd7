"""The event queue: every use of it is a call that can fail."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from service.dependencies.attempt import Attempt
from service.dependencies.call import Call
from service.dependencies.errors import AttemptError
from service.store.errors import StoreError
from service.store.events import Choice, DeadLetterPage, Depth, Event, EventStore, Redriven

T = TypeVar("T")

DEPTHS_TIMEOUT = 0.5  # seconds
OPERATION_TIMEOUT = 10.0  # seconds, of what a person waits for


class EventQueue:
    """Events for agents, at least once. Methods raise CallError when the queue did not answer."""

    def __init__(
        self,
        store: EventStore,
        call: Call,
        *,
        topics: Mapping[str, tuple[str, ...]],
        quarantined: Callable[[str], bool],
    ) -> None:
        """`topics` has the agents of each topic."""
        self._store = store
        self._call = call
        self._topics = topics
        self._quarantined = quarantined

    @property
    def agents(self) -> list[str]:
        """Who gets events."""
        return sorted({agent for agents in self._topics.values() for agent in agents})

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
        found = {(each.agent, each.topic): each for each in await _within(DEPTHS_TIMEOUT, self._store.depths())}
        pairs = [(agent, topic) for topic, agents in self._topics.items() for agent in agents]
        depths = [found.get(pair) or Depth(*pair, 0, None, 0) for pair in pairs]
        return [dataclasses.replace(each, held=self._quarantined(each.agent)) for each in depths]

    async def dead_letters(
        self, *, agent: str | None, topic: str | None, limit: int, after: str | None
    ) -> DeadLetterPage:
        """As `EventStore`; for operators, as what follows: it passes guard and faults by. Raises StoreError."""
        asked = self._store.dead_letters(agent=agent, topic=topic, limit=limit, after=after)
        return await _within(OPERATION_TIMEOUT, asked)

    async def redrive(
        self, agent: str, choice: Choice, *, redrive: str, limit: int, up_to: int, rate: float
    ) -> Redriven:
        """As `EventStore`. Raises StoreError."""
        step = self._store.redrive(agent, choice, redrive=redrive, limit=limit, up_to=up_to, rate=rate)
        return await _within(OPERATION_TIMEOUT, step)

    async def discard(self, agent: str, ids: Sequence[str], *, dry_run: bool = False) -> list[str]:
        """As `EventStore`. Raises StoreError."""
        return await _within(OPERATION_TIMEOUT, self._store.discard(agent, ids, dry_run=dry_run))


async def _within(seconds: float, work: Awaitable[T]) -> T:
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError as error:
        raise StoreError(f"no answer within {seconds:g} s") from error


async def attempted(call: Call, work: Callable[[], Awaitable[T]], request_id: str) -> T:
    """What `work` on the queue gives, behind a guard. Raises CallError when the queue did not answer."""

    async def attempt_it(_: Attempt) -> T:
        try:
            return await work()
        except StoreError as error:
            raise AttemptError(str(error)) from error

    return (await call(attempt_it, request_id)).value
