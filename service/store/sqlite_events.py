"""The event queue in SQLite: also the part of it that takes messages out, since on one machine nobody pushes them."""

import sqlite3
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

from service.store import sqlite_dead_letters, sqlite_deliveries
from service.store.events import IDEMPOTENCY_KEPT, Choice, DeadLetterPage, Depth, Event, Message, Redriven, digest
from service.store.sqlite_batch import SqliteBatch
from service.store.sqlite_event_schema import SCHEMA
from service.store.sqlite_file import SqliteFile

DEAD_LETTERS_KEPT = 14 * 24 * 3600.0  # seconds
PURGED_EVERY = 1.0  # seconds, by each instance that publishes
PURGED_AT_ONCE = 1000  # rows of a table that are past their time


class SqliteEventStore:
    """As `EventStore`, and what an agent's pump needs. Each method raises StoreError when SQLite could not do it."""

    def __init__(
        self,
        file: SqliteFile,
        *,
        visibility: timedelta,
        max_receives: int,
        wall_clock: Callable[[], float] = time.time,  # the instances share the file, so they share its time
    ) -> None:
        self._file = file
        self._batch = SqliteBatch(file)
        self._visibility = visibility.total_seconds()
        self._max_receives = max_receives
        self._now = wall_clock
        self._purged_at = 0.0

    async def open(self) -> None:
        """As `EventStore`."""
        await self._file.open(SCHEMA)

    async def close(self) -> None:
        """As `EventStore`."""
        await self._file.close()

    async def check(self) -> None:
        """As `EventStore`."""
        await self._file.run(lambda connection: connection.execute("SELECT 1 FROM messages LIMIT 1").fetchone())

    async def publish(self, event: Event, agents: Sequence[str], idempotency_key: str | None) -> str | None:
        """As `EventStore`; here nothing is added twice."""
        now = self._now()
        purging = now - self._purged_at >= PURGED_EVERY
        if purging:
            self._purged_at = now

        def work(connection: sqlite3.Connection) -> str | None:
            if purging:
                purge(connection, now)
            return publish(connection, event, agents, now, idempotency_key)

        return await self._batch.run(work)

    async def depths(self) -> list[Depth]:
        """As `EventStore`."""
        return await self._file.run(depths)

    async def dead_letters(
        self, *, agent: str | None, topic: str | None, limit: int, after: str | None
    ) -> DeadLetterPage:
        """As `EventStore`, in the order in which they died."""
        return await self._file.run(
            lambda connection: sqlite_dead_letters.page(connection, agent=agent, topic=topic, limit=limit, after=after)
        )

    async def redrive(
        self, agent: str, choice: Choice, *, redrive: str, limit: int, up_to: int, rate: float
    ) -> Redriven:
        """As `EventStore`, in one transaction."""
        now = self._now()
        return await self._file.run(
            lambda connection: sqlite_dead_letters.redrive(
                connection, agent, choice, now, redrive=redrive, limit=limit, up_to=up_to, rate=rate
            )
        )

    async def discard(self, agent: str, ids: Sequence[str], *, dry_run: bool = False) -> list[str]:
        """As `EventStore`."""
        work = sqlite_dead_letters.those_there if dry_run else sqlite_dead_letters.discard
        return await self._file.run(lambda connection: work(connection, agent, ids))

    async def claim(self, agent: str, limit: int) -> list[Message]:
        """Take messages for an agent; each must be acknowledged, or its visibility extended, before that ends."""
        now, visibility, max_receives = self._now(), self._visibility, self._max_receives
        return await self._file.run(
            lambda connection: sqlite_deliveries.claim(
                connection, agent, now, limit=limit, visibility=visibility, max_receives=max_receives
            )
        )

    async def acknowledge(self, agent: str, message: Message) -> bool:
        """Remove a message that was dealt with; False when it was claimed anew meanwhile."""
        return await self._batch.run(lambda connection: sqlite_deliveries.acknowledge(connection, agent, message))

    async def extend(self, agent: str, message: Message) -> bool:
        """Begin the message's visibility anew; False when it was claimed anew meanwhile."""
        visible_at = self._now() + self._visibility
        return await self._batch.run(
            lambda connection: sqlite_deliveries.extend(connection, agent, message, visible_at)
        )

    async def note_failure(self, agent: str, message: Message, error: str) -> None:
        """Remember why a delivery failed."""
        await self._batch.run(lambda connection: sqlite_deliveries.note_failure(connection, agent, message, error))

    async def release(self, agent: str, message: Message, delay: float, error: str) -> None:
        """Give a message back, to be claimed again after `delay` seconds; the claim does not count."""
        visible_at = self._now() + delay
        await self._batch.run(
            lambda connection: sqlite_deliveries.release(connection, agent, message, visible_at, error)
        )

    async def bury(self, agent: str, message: Message, reason: str) -> None:
        """Make a message a dead letter."""
        now = self._now()
        await self._batch.run(lambda connection: sqlite_deliveries.bury(connection, agent, message, now, reason))


def publish(
    connection: sqlite3.Connection, event: Event, agents: Sequence[str], now: float, idempotency_key: str | None
) -> str | None:
    """Put an event into the queue of each agent, in the caller's transaction; the id under which it is known.

    With the key of an earlier event that says the same, or with the same id again, nothing is added. None, and
    nothing is added either: the key is that of an event which says something else.
    """
    if idempotency_key is not None:
        known_as, same = _claim_key(connection, event, idempotency_key, now)
        if not same:
            return None
        if known_as != event.id:
            return known_as
    for agent in agents:
        connection.execute(
            "INSERT INTO messages (id, agent, topic, document_id, request_id, published_at, visible_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (event.id, agent, event.topic, event.document_id, event.request_id, now, now),
        )
    return event.id


def _claim_key(connection: sqlite3.Connection, event: Event, key: str, now: float) -> tuple[str, bool]:
    """The id of the event that has the key, which may be this one, and whether it says the same."""
    said = digest(event)
    connection.execute("DELETE FROM idempotency_keys WHERE key = ? AND used_at < ?", (key, now - IDEMPOTENCY_KEPT))
    new = connection.execute(
        "INSERT INTO idempotency_keys VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (key, event.id, now)
    )
    if new.rowcount:
        connection.execute("INSERT INTO idempotency_digests VALUES (?, ?)", (key, said))
    known_as, kept = connection.execute(
        "SELECT event_id, digest FROM idempotency_keys LEFT JOIN idempotency_digests USING (key) WHERE key = ?", (key,)
    ).fetchone()
    return known_as, kept in {said, None}  # None: the key is from before digests were kept


def depths(connection: sqlite3.Connection) -> list[Depth]:
    """What waits and what died, from what was counted; only the oldest message is looked for.

    It is the first in the table, unless messages of other agents and topics wait before it.
    """
    rows = connection.execute(
        "SELECT agent, topic, entered - departed,"
        " iif(entered > departed, (SELECT published_at FROM messages NOT INDEXED"
        " WHERE agent = event_counts.agent AND topic = event_counts.topic ORDER BY sequence LIMIT 1), NULL),"
        " died - removed, entered - redriven, max(departed - died, 0), died"
        " FROM event_counts ORDER BY agent, topic"
    )
    return [Depth(*row) for row in rows]


def purge(connection: sqlite3.Connection, now: float) -> None:
    """Remove what is past its time, some of it."""
    connection.execute(
        "DELETE FROM idempotency_keys WHERE rowid IN"
        " (SELECT rowid FROM idempotency_keys WHERE used_at < ? ORDER BY used_at LIMIT ?)",
        (now - IDEMPOTENCY_KEPT, PURGED_AT_ONCE),
    )
    connection.execute(
        "DELETE FROM dead_letters WHERE sequence IN"
        " (SELECT sequence FROM dead_letters WHERE died_at < ? ORDER BY died_at LIMIT ?)",
        (now - DEAD_LETTERS_KEPT, PURGED_AT_ONCE),
    )
