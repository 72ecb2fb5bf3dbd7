"""What an event costs that is published, claimed and acknowledged, beside plain SQLite statements and other queues."""

import asyncio
import itertools
import sqlite3
import statistics
import tempfile
import time
import warnings
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TypeAlias

from litequeue import LiteQueue
from persistqueue import SQLiteAckQueue

from benchmarks.limit import Limit
from benchmarks.markdown import table
from service.store.events import Event
from service.store.sqlite_deliveries import acknowledge, claim
from service.store.sqlite_event_schema import SCHEMA
from service.store.sqlite_events import SqliteEventStore, publish
from service.store.sqlite_file import SqliteConfig, SqliteFile, immediate
from service.store.sqlite_start import connect, prepare

ROUNDS = 40
EVENTS = 320  # in each round: enough for several checkpoints of the log
CALLERS, TAKEN = 16, 4  # requests that publish at once, and what the pump takes at once
MOST = 1.1

AGENT, TOPIC = "indexer", "document.created"
VISIBILITY, MAX_RECEIVES = 30.0, 5
BUSY = timedelta(seconds=5)

Cycle: TypeAlias = Callable[[int], Awaitable[None]]
"""Publishes, claims and acknowledges so many events, one after the other."""

PLAIN = """
CREATE TABLE messages (
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
CREATE INDEX messages_by_visibility ON messages (agent, visible_at);
"""
_names = (f"{number:032x}" for number in itertools.count())


async def queue_throughput() -> tuple[str, list[Limit]]:
    """The table, and what we claim of it."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        on_plain, on_ours = _file(folder / "plain.sqlite3", PLAIN), _file(folder / "ours.sqlite3", SCHEMA)
        threaded_plain = SqliteFile(_config(_made(folder / "plain2.sqlite3", PLAIN)))
        threaded = SqliteFile(_config(_made(folder / "ours2.sqlite3", SCHEMA)))
        store = SqliteEventStore(threaded, visibility=timedelta(seconds=VISIBILITY), max_receives=MAX_RECEIVES)
        stack.callback(on_plain.close)
        stack.callback(on_ours.close)
        subjects: dict[str, Cycle] = {
            "plain statements": lambda times: _plainly(on_plain, times),
            "**Ballast**, its statements": lambda times: _by_our_statements(on_ours, times),
            f"litequeue {version('litequeue')}": _litequeue(folder),
            f"persist-queue {version('persist-queue')}": _persist_queue(folder),
            "plain statements, in the service": lambda times: _plainly_in_threads(threaded_plain, times),
            "**Ballast**, in the service": lambda times: _by_our_store(store, times),
        }
        rounds = await _rounds(subjects)
        await threaded.close()
        await threaded_plain.close()
    return _text(rounds)


def _text(rounds: Mapping[str, list[float]]) -> tuple[str, list[Limit]]:
    rows = []
    ratios: dict[str, float] = {}
    for name, seconds in rounds.items():
        unit = rounds["plain statements, in the service" if "service" in name else "plain statements"]
        ratios[name] = statistics.median(mine / plain for mine, plain in zip(seconds, unit, strict=True))
        each = statistics.median(seconds) / EVENTS
        rows.append([name, f"{1e6 * each:.0f}", f"{1 / each:,.0f}", f"{ratios[name]:.2f}"])
    ours = ratios["**Ballast**, in the service"]
    return (
        table(["publish, claim, acknowledge", "µs an event", "events/s", "÷ plain statements"], rows),
        [Limit(what="event queue, event ÷ plain statements, in the service", value=ours, at_most=MOST)],
    )


async def _rounds(subjects: Mapping[str, Cycle]) -> dict[str, list[float]]:
    """Seconds of each round of each subject; every round measures every subject once, in turn."""
    for cycle in subjects.values():
        await cycle(EVENTS)
    seconds: dict[str, list[float]] = {name: [] for name in subjects}
    for number in range(ROUNDS):
        order = list(subjects) if number % 2 else list(subjects)[::-1]
        for name in order:
            began = time.perf_counter()
            await subjects[name](EVENTS)
            seconds[name].append(time.perf_counter() - began)
    return seconds


def _made(path: Path, schema: str) -> Path:
    prepare(str(path), schema)
    return path


def _file(path: Path, schema: str) -> sqlite3.Connection:
    return connect(str(_made(path, schema)), BUSY)


def _config(path: Path) -> SqliteConfig:
    return SqliteConfig(path=str(path), threads=2, busy_timeout=BUSY)


def _insert(connection: sqlite3.Connection, name: str) -> None:
    now = time.time()
    connection.execute(
        "INSERT INTO messages (id, agent, topic, document_id, request_id, published_at, visible_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (name, AGENT, TOPIC, "d", "r", now, now),
    )


def _update(connection: sqlite3.Connection) -> tuple[str, int]:
    now = time.time()
    row = connection.execute(
        "UPDATE messages SET visible_at = ?, receives = receives + 1 WHERE sequence ="
        " (SELECT sequence FROM messages WHERE agent = ? AND visible_at <= ? ORDER BY visible_at LIMIT 1)"
        " RETURNING id, topic, document_id, request_id, receives",
        (now + VISIBILITY, AGENT, now),
    ).fetchone()
    return row[0], row[4]


def _delete(connection: sqlite3.Connection, name: str, receives: int) -> None:
    connection.execute("DELETE FROM messages WHERE id = ? AND agent = ? AND receives = ?", (name, AGENT, receives))


async def _plainly(connection: sqlite3.Connection, times: int) -> None:
    for _ in range(times):
        _insert(connection, next(_names))
        _delete(connection, *_update(connection))


def _update_some(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    now = time.time()
    with immediate(connection):
        rows = connection.execute(
            "SELECT sequence, id, receives, topic, document_id, request_id FROM messages"
            " WHERE agent = ? AND visible_at <= ? ORDER BY visible_at LIMIT ?",
            (AGENT, now, TAKEN),
        ).fetchall()
        for row in rows:
            connection.execute(
                "UPDATE messages SET visible_at = ?, receives = receives + 1 WHERE sequence = ?",
                (now + VISIBILITY, row[0]),
            )
    return [(row[1], row[2] + 1) for row in rows]


async def _plainly_in_threads(file: SqliteFile, times: int) -> None:
    for _ in range(times // CALLERS):
        names = [next(_names) for _ in range(CALLERS)]
        await asyncio.gather(*(file.run(partial(_insert, name=name)) for name in names))
        for _ in range(CALLERS // TAKEN):
            taken = await file.run(_update_some)
            await asyncio.gather(
                *(file.run(partial(_delete, name=name, receives=receives)) for name, receives in taken)
            )


def _event() -> Event:
    return Event(id=next(_names), topic=TOPIC, document_id="d", request_id="r")


async def _by_our_statements(connection: sqlite3.Connection, times: int) -> None:
    for _ in range(times):
        publish(connection, _event(), (AGENT,), time.time(), None)
        (message,) = claim(connection, AGENT, time.time(), limit=1, visibility=VISIBILITY, max_receives=MAX_RECEIVES)
        acknowledge(connection, AGENT, message)


async def _by_our_store(store: SqliteEventStore, times: int) -> None:
    for _ in range(times // CALLERS):
        await asyncio.gather(*(store.publish(_event(), (AGENT,), None) for _ in range(CALLERS)))
        for _ in range(CALLERS // TAKEN):
            taken = await store.claim(AGENT, TAKEN)
            await asyncio.gather(*(store.acknowledge(AGENT, message) for message in taken))


def _litequeue(folder: Path) -> Cycle:
    queue = LiteQueue(folder / "litequeue.sqlite3")

    async def cycle(times: int) -> None:
        for _ in range(times):
            queue.put(next(_names))
            queue.done(queue.pop().message_id)
        queue.prune()  # what is done stays until then

    return cycle


def _persist_queue(folder: Path) -> Cycle:
    queue = SQLiteAckQueue(str(folder / "persist-queue"), multithreading=True)
    queue._putter.execute("PRAGMA synchronous = NORMAL")  # noqa: SLF001 - its own is more durable, and has no setting

    async def cycle(times: int) -> None:
        for _ in range(times):
            queue.put(next(_names))
            queue.ack(queue.get(block=False))
        queue.clear_acked_data(max_delete=times, keep_latest=0)

    return cycle


def main() -> None:
    """Measure and print."""
    warnings.simplefilter("ignore")
    text, limits = asyncio.run(queue_throughput())
    print(text, *limits, sep="\n")


if __name__ == "__main__":
    main()
