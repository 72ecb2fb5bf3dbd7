"""The dead letters of the event queue in SQLite: listed, redriven, discarded."""

import sqlite3
from collections.abc import Sequence

from service.reliability.redrive import allowed_now, paid_after
from service.store.events import REDRIVES_KEPT, Choice, DeadLetter, DeadLetterPage, Redriven, UnknownCursorError
from service.store.sqlite_file import immediate


def page(
    connection: sqlite3.Connection, *, agent: str | None, topic: str | None, limit: int, after: str | None
) -> DeadLetterPage:
    """Dead letters in the order in which they died; the cursor is the place of the last one."""
    if after is not None and not (after.isascii() and after.isdecimal() and len(after) <= _LONGEST_PLACE):
        raise UnknownCursorError(f"{after} is no cursor of dead letters")
    rows = connection.execute(
        "SELECT sequence, id, agent, topic, document_id, request_id, published_at, died_at, receives, reason"
        " FROM dead_letters WHERE sequence > ? AND agent = coalesce(?, agent) AND topic = coalesce(?, topic)"
        " ORDER BY sequence LIMIT ?",
        (int(after or 0), agent, topic, limit + 1),
    ).fetchall()
    shown = rows[:limit]
    return DeadLetterPage(
        dead_letters=[_dead_letter(row) for row in shown], next=str(shown[-1][0]) if len(rows) > limit else None
    )


_LONGEST_PLACE = 18  # digits, of what SQLite can count


def _dead_letter(row: tuple[int, str, str, str, str, str, float, float, int, str]) -> DeadLetter:
    _, event_id, agent, topic, document_id, request_id, published_at, died_at, receives, reason = row
    return DeadLetter(
        id=event_id,
        agent=agent,
        topic=topic,
        document_id=document_id,
        request_id=request_id,
        published_at=published_at,
        died_at=died_at,
        attempts=receives,
        reason=reason,
    )


def redrive(
    connection: sqlite3.Connection,
    agent: str,
    choice: Choice,
    now: float,
    *,
    redrive: str,
    limit: int,
    up_to: int,
    rate: float,
) -> Redriven:
    """Move dead letters back and count them, in one transaction: killed at any point, each is in one place."""
    which, values = _chosen(agent, choice)
    with immediate(connection):
        before = connection.execute("SELECT moved, stepped_at FROM redrives WHERE id = ?", (redrive,)).fetchone()
        moved_before, paid_until = (0, None) if before is None else before
        at_once, counted_from = allowed_now(rate, paid_until, now)
        allowed = max(0, min(limit, up_to - moved_before, at_once))
        rows = connection.execute(
            f"SELECT sequence, id, topic, document_id, request_id FROM dead_letters WHERE {which}"  # noqa: S608 - our own words
            " ORDER BY sequence LIMIT ?",
            (*values, allowed),
        ).fetchall()
        for row in rows:
            _move(connection, agent, row, now)
        if rows:
            _count(connection, redrive, len(rows), now, paid_until=paid_after(rate, counted_from, len(rows)))
        (left,) = connection.execute(f"SELECT count(*) FROM dead_letters WHERE {which}", values).fetchone()  # noqa: S608 - our own words
    return Redriven(allowed=allowed, moved=len(rows), moved_in_all=moved_before + len(rows), left=left)


def discard(connection: sqlite3.Connection, agent: str, ids: Sequence[str]) -> list[str]:
    """Remove dead letters for good; the ids of those that were there."""
    which, values = _chosen(agent, Choice(ids=tuple(ids)))
    with immediate(connection):
        rows = connection.execute(f"DELETE FROM dead_letters WHERE {which} RETURNING id", values).fetchall()  # noqa: S608 - our own words
    return sorted({row[0] for row in rows})


def those_there(connection: sqlite3.Connection, agent: str, ids: Sequence[str]) -> list[str]:
    """The ids of those that `discard` would remove."""
    which, values = _chosen(agent, Choice(ids=tuple(ids)))
    rows = connection.execute(f"SELECT DISTINCT id FROM dead_letters WHERE {which}", values).fetchall()  # noqa: S608 - our own words
    return sorted(row[0] for row in rows)


def _chosen(agent: str, choice: Choice) -> tuple[str, tuple[str | float, ...]]:
    which: str = "agent = ?"
    values: list[str | float] = [agent]
    if choice.topic is not None:
        which += " AND topic = ?"
        values.append(choice.topic)
    if choice.died_by is not None:
        which += " AND died_at <= ?"
        values.append(choice.died_by)
    if choice.ids is not None:
        which += f" AND id IN ({', '.join('?' * len(choice.ids))})"
        values += choice.ids
    return which, tuple(values)


def _move(connection: sqlite3.Connection, agent: str, row: tuple[int, str, str, str, str], now: float) -> None:
    sequence, event_id, topic, document_id, request_id = row
    connection.execute("DELETE FROM dead_letters WHERE sequence = ?", (sequence,))
    moved = connection.execute(
        "INSERT INTO messages (id, agent, topic, document_id, request_id, published_at, visible_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",  # where it waits already, it need not come twice
        (event_id, agent, topic, document_id, request_id, now, now),
    )
    connection.execute(
        "UPDATE event_counts SET redriven = redriven + ? WHERE agent = ? AND topic = ?", (moved.rowcount, agent, topic)
    )


def _count(connection: sqlite3.Connection, redrive: str, moved: int, now: float, *, paid_until: float) -> None:
    connection.execute("DELETE FROM redrives WHERE stepped_at < ?", (now - REDRIVES_KEPT,))
    connection.execute(
        "INSERT INTO redrives VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET moved = moved + excluded.moved, stepped_at = excluded.stepped_at",
        (redrive, moved, paid_until),
    )
