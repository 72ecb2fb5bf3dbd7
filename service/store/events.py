"""The port of the event queue: at least once, dead letters, idempotency keys."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

IDEMPOTENCY_KEPT = 24 * 3600.0
"""Seconds for which an idempotency key names its event."""

REDRIVES_KEPT = 14 * 24 * 3600.0
"""Seconds for which it is known how many a redrive has moved, after its last step."""

NEVER_SAID = "not acknowledged in time"
"""The reason of a dead letter whose agent gave none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a document."""

    id: str
    topic: str
    document_id: str
    request_id: str  # of the request that published it


@dataclass(frozen=True, slots=True)
class Message:
    """An event as claimed for an agent. `receives` is also the receipt: a later claim makes this one void."""

    id: str
    topic: str
    document_id: str
    request_id: str
    receives: int


@dataclass(frozen=True, slots=True)
class Depth:
    """What waits for an agent on a topic, and what was counted there since the file or queue began."""

    agent: str
    topic: str
    waiting: int
    oldest_at: float | None  # Unix seconds of the oldest one's publication; None: nothing waits, or it is not known
    dead_letters: int
    published: int = 0
    acknowledged: int = 0
    died: int = 0
    held: bool = False  # the agent is quarantined: nothing is delivered to it
    approximate: bool = False  # the figures are estimates


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that was given up."""

    id: str
    agent: str
    topic: str
    document_id: str
    request_id: str
    published_at: float  # Unix seconds
    died_at: float | None  # Unix seconds; None: not known
    attempts: int  # deliveries that were tried
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterPage:
    """Some dead letters, and the cursor with which the following ones are asked for; None: there are none."""

    dead_letters: list[DeadLetter]
    next: str | None


class UnknownCursorError(Exception):
    """A cursor that this store did not give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which of an agent's dead letters: those of a topic, those with these ids, those dead by an instant, or all."""

    topic: str | None = None
    ids: tuple[str, ...] | None = None
    died_by: float | None = None  # Unix seconds; where it is not known when one died, its sending counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Redriven:
    """What a step of a redrive did; `left` of the chosen ones are still dead, `allowed` might have been moved."""

    allowed: int
    moved: int
    moved_in_all: int
    left: int


class EventStore(Protocol):
    """Where events wait for their agents. Every method but `open` and `close` raises StoreError when it could not."""

    async def open(self) -> None:
        """Make ready for work.

        Raises:
            StoreUnusableError: the store cannot serve at all.
        """
        ...

    async def close(self) -> None:
        """Give up what is under way."""
        ...

    async def check(self) -> None:
        """Do nothing but answer."""
        ...

    async def publish(self, event: Event, agents: Sequence[str], idempotency_key: str | None) -> str | None:
        """Put an event into the queue of each agent; the id under which it is known.

        With the key of an earlier event that says the same, it is known as that one. None, and nothing is added: the
        key is that of an event which says something else. An event may be added twice when its publication is tried
        again.
        """
        ...

    async def depths(self) -> list[Depth]:
        """What waits and what died, for each agent and topic that ever had any."""
        ...

    async def dead_letters(
        self, *, agent: str | None, topic: str | None, limit: int, after: str | None
    ) -> DeadLetterPage:
        """Dead letters, of all agents or topics where none is named, from the beginning or after a cursor.

        Raises:
            UnknownCursorError: `after` is none of this store's cursors.
        """
        ...

    async def redrive(
        self, agent: str, choice: Choice, *, redrive: str, limit: int, up_to: int, rate: float
    ) -> Redriven:
        """Put up to `limit` dead letters back into their agent's queue, as published and received anew.

        `redrive` names the redrive of which this is a step: in all its steps no more than `up_to` are moved, whoever
        takes them, and at once no more than `rate` allows in a second. Interrupted at any point, a message is still
        dead or waits (on SQS it may be both).
        """
        ...

    async def discard(self, agent: str, ids: Sequence[str], *, dry_run: bool = False) -> list[str]:
        """Remove dead letters for good, or only look for them; the ids of those that were there."""
        ...


def digest(event: Event) -> str:
    """What an event says, without its id: equal for equal requests."""
    return hashlib.sha256(f"{event.topic}\0{event.document_id}".encode()).hexdigest()
