"""The event queue: every use of it is a call that can fail."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from service.dependencies.attempt import Attempt
from service.dependencies.call import Call
from service.dependencies.errors import AttemptError
from service.store import events
from service.store.errors import StoreError
from service.store.events import Depth, Event, Message
from service.store.sqlite_file import SqliteFile

T = TypeVar("T")

DEPTHS_TIMEOUT = 0.5  # seconds


@dataclass(frozen=True, kw_only=True)
class EventQueueConfig:
    """The terms of delivery."""

    agents: Mapping[str, tuple[str, ...]]  # the agents of each topic
    visibility: timedelta
    max_receives: int


class EventQueue:
    """Events for agents, at least once. Each method raises CallError when the queue did not answer."""

    def __init__(
        self,
        file: SqliteFile,
        call: Call,
        config: EventQueueConfig,
        *,
        wall_clock: Callable[[], float] = time.time,  # the instances share the file, so they share its time
    ) -> None:
        self._file = file
        self._call = call
        self._config = config
        self._now = wall_clock

    async def check(self) -> None:
        """Whether the queue answers; past the guard.

        Raises:
            AttemptError: it does not.
        """
        try:
            await self._file.run(lambda connection: connection.execute("SELECT 1 FROM messages LIMIT 1").fetchone())
        except StoreError as error:
            raise AttemptError(str(error)) from error

    async def publish(self, event: Event, idempotency_key: str | None) -> str | None:
        """Accept an event for the agents of its topic; the id under which it is known.

        None: the key was used for an event that says something else.
        """
        agents, now = self._config.agents[event.topic], self._now()
        return await self._run(
            lambda connection: events.publish(connection, event, agents, now, idempotency_key), event.request_id
        )

    async def claim(self, agent: str, limit: int, request_id: str) -> list[Message]:
        """Take messages for an agent; each must be acknowledged before its visibility ends."""
        now, config = self._now(), self._config
        return await self._run(
            lambda connection: events.claim(
                connection,
                agent,
                now,
                limit=limit,
                visibility=config.visibility.total_seconds(),
                max_receives=config.max_receives,
            ),
            request_id,
        )

    async def acknowledge(self, agent: str, message: Message) -> bool:
        """Remove a message that was dealt with; False when it was claimed anew meanwhile."""
        return await self._run(lambda connection: events.acknowledge(connection, agent, message), message.request_id)

    async def note_failure(self, agent: str, message: Message, error: str) -> None:
        """Remember why a delivery failed."""
        await self._run(lambda connection: events.note_failure(connection, agent, message, error), message.request_id)

    async def release(self, agent: str, message: Message, delay: float, error: str) -> None:
        """Give a message back, to be claimed again after `delay` seconds; the claim does not count."""
        visible_at = self._now() + delay
        await self._run(
            lambda connection: events.release(connection, agent, message, visible_at, error), message.request_id
        )

    async def depths(self) -> list[Depth]:
        """What waits and what died, for each agent and topic, also where that is nothing.

        For watching: it passes guard and faults by.

        Raises:
            StoreError: the queue did not answer in time.
        """
        try:
            async with asyncio.timeout(DEPTHS_TIMEOUT):
                found = {(each.agent, each.topic): each for each in await self._file.run(events.depths)}
        except TimeoutError as error:
            raise StoreError(f"no answer within {DEPTHS_TIMEOUT:g} s") from error
        pairs = [(agent, topic) for topic, agents in self._config.agents.items() for agent in agents]
        return [found.get(pair) or Depth(*pair, 0, None, 0) for pair in pairs]

    async def _run(self, work: Callable[[sqlite3.Connection], T], request_id: str) -> T:
        async def attempt_it(_: Attempt) -> T:
            try:
                return await self._file.run(work)
            except StoreError as error:
                raise AttemptError(str(error)) from error

        return (await self._call(attempt_it, request_id)).value
