"""Messages taken out of the event queue in SQLite, and what becomes of them: acknowledged, given back, given up."""

import math
import sqlite3

from service.store.events import NEVER_SAID, Message
from service.store.sqlite_file import immediate


def claim(
    connection: sqlite3.Connection, agent: str, now: float, *, limit: int, visibility: float, max_receives: int
) -> list[Message]:
    """Take up to `limit` visible messages and hide them for `visibility` seconds.

    Messages that are met and were received `max_receives` times become dead letters instead.
    """
    claimed: list[Message] = []
    while not claimed:
        due = connection.execute(
            "SELECT sequence, receives, id, topic, document_id, request_id FROM messages"
            " WHERE agent = ? AND visible_at <= ? ORDER BY visible_at LIMIT ?",
            (agent, now, limit),
        ).fetchall()
        if not due:
            break  # an idle poll takes no write lock
        with immediate(connection):
            for sequence, receives, event_id, topic, document_id, request_id in due:
                if receives >= max_receives:
                    _bury(connection, sequence, receives, now, visible_by=now)
                elif _hide(connection, sequence, receives, now, until=now + visibility):
                    claimed.append(Message(event_id, topic, document_id, request_id, receives + 1))
    return claimed


def _hide(connection: sqlite3.Connection, sequence: int, receives: int, now: float, *, until: float) -> bool:
    """Whether it was still there to be taken: another instance may have been quicker."""
    # A row at a time: SQLite prepares `sequence IN (SELECT …)` with a table of its own, which takes five times as long.
    hidden = connection.execute(
        "UPDATE messages SET visible_at = ?, receives = receives + 1"
        " WHERE sequence = ? AND receives = ? AND visible_at <= ?",
        (until, sequence, receives, now),
    )
    return hidden.rowcount == 1


def acknowledge(connection: sqlite3.Connection, agent: str, message: Message) -> bool:
    """Remove a message that was dealt with; False when it was claimed anew meanwhile."""
    done = connection.execute(
        "DELETE FROM messages WHERE id = ? AND agent = ? AND receives = ?", (message.id, agent, message.receives)
    )
    return done.rowcount == 1


def extend(connection: sqlite3.Connection, agent: str, message: Message, visible_at: float) -> bool:
    """Hide a claimed message for longer; False when it was claimed anew meanwhile."""
    hidden = connection.execute(
        "UPDATE messages SET visible_at = ? WHERE id = ? AND agent = ? AND receives = ?",
        (visible_at, message.id, agent, message.receives),
    )
    return hidden.rowcount == 1


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


def bury(connection: sqlite3.Connection, agent: str, message: Message, now: float, reason: str) -> None:
    """Make a claimed message a dead letter, in the caller's transaction; unless it was claimed anew meanwhile."""
    claimed = connection.execute(
        "UPDATE messages SET last_error = ? WHERE id = ? AND agent = ? AND receives = ? RETURNING sequence",
        (reason, message.id, agent, message.receives),
    ).fetchone()
    if claimed is not None:
        _bury(connection, claimed[0], message.receives, now, visible_by=math.inf)


def _bury(connection: sqlite3.Connection, sequence: int, receives: int, now: float, *, visible_by: float) -> None:
    which = (sequence, receives, visible_by)
    connection.execute(
        "INSERT INTO dead_letters (id, agent, topic, document_id, request_id, published_at, died_at, receives, reason)"
        " SELECT id, agent, topic, document_id, request_id, published_at, ?, receives,"
        " iif(last_error = '', ?, last_error)"
        " FROM messages WHERE sequence = ? AND receives = ? AND visible_at <= ?",
        (now, NEVER_SAID, *which),
    )
    connection.execute("DELETE FROM messages WHERE sequence = ? AND receives = ? AND visible_at <= ?", which)
