"""What SQLite counts of the events, against the rows themselves."""

import random
import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from service.store import sqlite_events as events
from service.store.events import Choice, Depth, Event, Message
from service.store.sqlite_event_schema import SCHEMA
from service.store.sqlite_events import SqliteEventStore
from service.store.sqlite_file import SqliteConfig, SqliteFile

BEFORE_COUNTS = SCHEMA.partition("-- Rows of `messages`")[0]
"""As the tables were made before anything was counted."""

INSERT = (
    "INSERT INTO messages (id, agent, topic, document_id, request_id, published_at, visible_at)"
    " VALUES (?, ?, ?, 'd', 'r', ?, ?)"
)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def sqlite_file(folder: Path) -> SqliteFile:
    return SqliteFile(SqliteConfig(path=str(folder / "q.sqlite3"), threads=2, busy_timeout=timedelta(seconds=5)))


@pytest.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[SqliteEventStore]:
    opened = SqliteEventStore(sqlite_file(tmp_path), visibility=timedelta(seconds=30), max_receives=2, wall_clock=clock)
    await opened.open()
    yield opened
    await opened.close()


def by_scanning(path: Path) -> dict[tuple[str, str], tuple[int, int]]:
    """For each agent and topic, what waits and what is dead."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT agent, topic, sum(1 - dead), sum(dead) FROM (SELECT agent, topic, 0 AS dead FROM messages"
        " UNION ALL SELECT agent, topic, 1 FROM dead_letters) GROUP BY agent, topic"
    )
    for agent, topic, waiting, dead in rows:
        found[agent, topic] = (waiting, dead)
    connection.close()
    return found


@pytest.mark.parametrize("seed", range(5))
async def test_what_is_counted_is_what_is_there_whatever_happened(
    store: SqliteEventStore, clock: Clock, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    claimed: list[tuple[str, Message]] = []
    published = acknowledged = 0
    for number in range(300):
        clock.now += chance.choice([0, 0, 1, 31])
        match chance.choice(["publish", "publish", "claim", "acknowledge", "bury", "redrive", "discard"]):
            case "publish":
                agents = chance.choice([("a",), ("a", "b")])
                topic = chance.choice("tu")
                await store.publish(Event(id=f"e{number}", topic=topic, document_id="d", request_id="r"), agents, None)
                published += len(agents)
            case "claim":
                agent = chance.choice("ab")
                claimed += [(agent, message) for message in await store.claim(agent, 3)]
            case "acknowledge" if claimed:
                acknowledged += await store.acknowledge(*claimed.pop(chance.randrange(len(claimed))))
            case "bury" if claimed:
                await store.bury(*claimed.pop(), "no reason")
            case "redrive":
                await store.redrive("a", Choice(), redrive=str(number), limit=2, up_to=2, rate=1000)
            case "discard":
                page = await store.dead_letters(agent="b", topic=None, limit=1, after=None)
                await store.discard("b", [letter.id for letter in page.dead_letters])
    depths = await store.depths()
    scanned = by_scanning(tmp_path / "q.sqlite3")
    assert {(each.agent, each.topic): (each.waiting, each.dead_letters) for each in depths} == {
        (each.agent, each.topic): scanned.get((each.agent, each.topic), (0, 0)) for each in depths
    }
    assert sum(each.published for each in depths) == published
    assert sum(each.acknowledged for each in depths) == acknowledged


async def test_a_file_from_before_the_counts_begins_with_what_is_in_it(tmp_path: Path) -> None:
    file = sqlite_file(tmp_path)
    await file.open(BEFORE_COUNTS)

    def fill(connection: sqlite3.Connection) -> None:
        connection.executemany(INSERT, [(f"e{number}", "a", "t", number, 0) for number in range(3)])
        connection.execute(
            "INSERT INTO dead_letters (id, agent, topic, document_id, request_id, published_at, died_at, receives,"
            " reason) VALUES ('e9', 'a', 't', 'd', 'r', 0, 1, 5, 'no reason')"
        )

    await file.run(fill)
    for _ in range(2):  # opened again, nothing is counted twice
        await file.open(SCHEMA)
        assert await file.run(events.depths) == [Depth("a", "t", 3, 0, 1, published=4, died=1)]
    await file.close()


async def test_what_an_instance_of_the_version_before_does_is_counted_too(tmp_path: Path) -> None:
    file = sqlite_file(tmp_path)
    await file.open(SCHEMA)

    def as_before(connection: sqlite3.Connection) -> None:
        connection.executemany(INSERT, [(f"e{number}", "a", "t", number, 0) for number in range(3)])
        connection.execute("DELETE FROM messages WHERE id = 'e0'")

    await file.run(as_before)
    assert await file.run(events.depths) == [Depth("a", "t", 2, 1, 0, published=3, acknowledged=1)]
    await file.close()


async def test_the_oldest_is_found_behind_the_messages_of_others(tmp_path: Path) -> None:
    file = sqlite_file(tmp_path)
    await file.open(SCHEMA)

    def fill(connection: sqlite3.Connection) -> None:
        connection.executemany(INSERT, [(f"e{number}", "held", "t", number, 0) for number in range(100)])
        connection.executemany(INSERT, [("f1", "a", "t", 500, 0), ("f2", "a", "t", 600, 0), ("f3", "a", "u", 700, 0)])

    await file.run(fill)
    oldest = {(each.agent, each.topic): each.oldest_at for each in await file.run(events.depths)}
    assert oldest == {("a", "t"): 500, ("a", "u"): 700, ("held", "t"): 0}
    await file.close()
