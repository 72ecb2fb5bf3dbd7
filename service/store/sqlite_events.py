"""The event queue in SQLite: also the part of it that takes messages out, since on one machine nobody pushes them."""

import sqlite3
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

from service.store.events import IDEMPOTENCY_KEPT, Depth, Event, Message, digest
from service.store.sqlite_file import SqliteFile, immediate

DEAD_LETTERS_KEPT = 14 * 24 * 3600.0  # seconds
PURGED_AT_ONCE = 100  # rows of a table that are past their time, with each event that is published

SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    agent TEXT NOT NULL,
    topic TEXT NOT NULL,
    document_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    published_at REAL NOT NULL,
    visible_at REAL NOT NULL,
    receives INTEGER NOT NULL DEFAULT 0,
    last_error TEXT NOT NULL DEFAULT '',
    UNIQUE (id, agent)
) STRICT;
CREATE INDEX IF NOT EXISTS messages_by_visibility ON messages (agent, visible_at);
CREATE TABLE IF NOT EXISTS dead_letters (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    agent TEXT NOT NULL,
    topic TEXT NOT NULL,
    document_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    published_at REAL NOT NULL,
    died_at REAL NOT NULL,
    receives INTEGER NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS dead_letters_by_age ON dead_letters (died_at);
CREATE TABLE IF NOT EXISTS idempotency_keys (
    key TEXT PRIMARY KEY,
    event_id TEXT NOT NULL,
    used_at REAL NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS idempotency_keys_by_age ON idempotency_keys (used_at);
-- A table of its own, so that files from before it are taken as they are.
CREATE TABLE IF NOT EXISTS idempotency_digests (
    key TEXT PRIMARY KEY,
    digest TEXT NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS idempotency_digests_go_with_their_keys AFTER DELETE ON idempotency_keys
BEGIN DELETE FROM idempotency_digests WHERE key = old.key; END;
"""


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
        self._visibility = visibility.total_seconds()
        self._max_receives = max_receives
        self._now = wall_clock

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
        return await self._file.run(lambda connection: publish(connection, event, agents, now, idempotency_key))

    async def depths(self) -> list[Depth]:
        """As `EventStore`."""
        return await self._file.run(depths)

    async def claim(self, agent: str, limit: int) -> list[Message]:
        """Take messages for an agent; each must be acknowledged before its visibility ends."""
        now, visibility, max_receives = self._now(), self._visibility, self._max_receives
        return await self._file.run(
            lambda connection: claim(
                connection, agent, now, limit=limit, visibility=visibility, max_receives=max_receives
            )
        )

    async def acknowledge(self, agent: str, message: Message) -> bool:
        """Remove a message that was dealt with; False when it was claimed anew meanwhile."""
        return await self._file.run(lambda connection: acknowledge(connection, agent, message))

    async def note_failure(self, agent: str, message: Message, error: str) -> None:
        """Remember why a delivery failed."""
        await self._file.run(lambda connection: note_failure(connection, agent, message, error))

    async def release(self, agent: str, message: Message, delay: float, error: str) -> None:
        """Give a message back, to be claimed again after `delay` seconds; the claim does not count."""
        visible_at = self._now() + delay
        await self._file.run(lambda connection: release(connection, agent, message, visible_at, error))


def publish(
    connection: sqlite3.Connection, event: Event, agents: Sequence[str], now: float, idempotency_key: str | None
) -> str | None:
    """Put an event into the queue of each agent; the id under which it is known.

    With the key of an earlier event that says the same, or with the same id again, nothing is added. None, and
    nothing is added either: the key is that of an event which says something else.
    """
    with immediate(connection):
        _purge(connection, now)
        if idempotency_key is not None:
            known_as, same = _claim_key(connection, event, idempotency_key, now)
            if not same:
                return None
            if known_as != event.id:
                return known_as
        connection.executemany(
            "INSERT INTO messages (id, agent, topic, document_id, request_id, published_at, visible_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [(event.id, agent, event.topic, event.document_id, event.request_id, now, now) for agent in agents],
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


def claim(  # noqa: PLR0913 - the terms of a claim
    connection: sqlite3.Connection, agent: str, now: float, *, limit: int, visibility: float, max_receives: int
) -> list[Message]:
    """Take up to `limit` visible messages and hide them for `visibility` seconds.

    Messages that were received `max_receives` times become dead letters instead.
    """
    due = connection.execute("SELECT 1 FROM messages WHERE agent = ? AND visible_at <= ? LIMIT 1", (agent, now))
    if due.fetchone() is None:
        return []  # an idle poll takes no write lock
    with immediate(connection):
        _bury(connection, agent, now, max_receives)
        rows = connection.execute(
            "UPDATE messages SET visible_at = ?, receives = receives + 1 WHERE sequence IN"
            " (SELECT sequence FROM messages WHERE agent = ? AND visible_at <= ? ORDER BY visible_at LIMIT ?)"
            " RETURNING id, topic, document_id, request_id, receives",
            (now + visibility, agent, now, limit),
        ).fetchall()
    return [Message(*row) for row in rows]


def acknowledge(connection: sqlite3.Connection, agent: str, message: Message) -> bool:
    """Remove a message that was dealt with; False when it was claimed anew meanwhile."""
    done = connection.execute(
        "DELETE FROM messages WHERE id = ? AND agent = ? AND receives = ?", (message.id, agent, message.receives)
    )
    return done.rowcount == 1


def note_failure(connection: sqlite3.Connection, agent: str, message: Message, error: str) -> None:
    """Remember why a delivery failed; it stays hidden until its visibility ends."""
    connection.execute(
        "UPDATE messages SET last_error = ? WHERE id = ? AND agent = ? AND receives = ?",
        (error, message.id, agent, message.receives),
    )


def release(connection: sqlite3.Connection, agent: str, message: Message, visible_at: float, error: str) -> None:
    """Undo a claim: the message is visible from then on and was not received; unless it was claimed anew meanwhile."""
    connection.execute(
        "UPDATE messages SET receives = receives - 1, visible_at = ?, last_error = ?"
        " WHERE id = ? AND agent = ? AND receives = ?",
        (visible_at, error, message.id, agent, message.receives),
    )


def depths(connection: sqlite3.Connection) -> list[Depth]:
    """What waits and what died, for each agent and topic that has any."""
    rows = connection.execute(
        "SELECT agent, topic, sum(waiting), min(oldest), sum(dead) FROM ("
        " SELECT agent, topic, 1 AS waiting, published_at AS oldest, 0 AS dead FROM messages"
        " UNION ALL SELECT agent, topic, 0, NULL, 1 FROM dead_letters"
        ") GROUP BY agent, topic ORDER BY agent, topic"
    )
    return [Depth(*row) for row in rows]


def _bury(connection: sqlite3.Connection, agent: str, now: float, max_receives: int) -> None:
    spent = (agent, now, max_receives)
    connection.execute(
        "INSERT INTO dead_letters (id, agent, topic, document_id, request_id, published_at, died_at, receives, reason)"
        " SELECT id, agent, topic, document_id, request_id, published_at, ?, receives,"
        " iif(last_error = '', 'not acknowledged in time', last_error)"
        " FROM messages WHERE agent = ? AND visible_at <= ? AND receives >= ?",
        (now, *spent),
    )
    connection.execute("DELETE FROM messages WHERE agent = ? AND visible_at <= ? AND receives >= ?", spent)


def _purge(connection: sqlite3.Connection, now: float) -> None:
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
