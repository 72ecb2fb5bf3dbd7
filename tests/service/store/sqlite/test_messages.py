"""Messages in a SQLite file: each is claimed by one at a time, until it is acknowledged or dies."""

import asyncio
import sqlite3

from service.store import sqlite_dead_letters as dead
from service.store import sqlite_deliveries as deliveries
from service.store import sqlite_events as events
from service.store.events import Depth, Message
from service.store.sqlite_file import SqliteFile
from tests.service.store.sqlite.rows import claim, publish


async def test_an_event_waits_for_each_agent_of_its_topic(file: SqliteFile) -> None:
    await publish(file, "e1", now=5)
    assert await claim(file, now=6) == [Message("e1", "t", "d", "r", 1)]
    assert await claim(file, now=6, agent="b") == [Message("e1", "t", "d", "r", 1)]
    assert await file.run(events.depths) == [
        Depth("a", "t", 1, 5, 0, published=1),
        Depth("b", "t", 1, 5, 0, published=1),
    ]


async def test_no_more_messages_are_claimed_than_asked_for_oldest_first(file: SqliteFile) -> None:
    for number in range(5):
        await publish(file, f"e{number}", now=number)
    assert {message.id for message in await claim(file, now=10, limit=3)} == {"e0", "e1", "e2"}


async def test_a_claimed_message_is_hidden_until_its_visibility_ends(file: SqliteFile) -> None:
    await publish(file, "e1")
    await claim(file, now=0)
    assert await claim(file, now=29.9) == []
    assert [message.receives for message in await claim(file, now=30)] == [2]


async def test_two_claims_at_once_never_get_the_same_message(file: SqliteFile) -> None:
    for number in range(40):
        await publish(file, f"e{number}")
    claimed = await asyncio.gather(*(claim(file, now=1, limit=5) for _ in range(8)))
    ids = [message.id for batch in claimed for message in batch]
    assert len(ids) == len(set(ids)) == 40


async def test_an_acknowledged_message_is_gone(file: SqliteFile) -> None:
    await publish(file, "e1")
    (message,) = await claim(file, now=0)
    assert await file.run(lambda connection: deliveries.acknowledge(connection, "a", message)) is True
    assert await claim(file, now=1000) == []


async def test_a_claim_that_was_outlived_acknowledges_nothing(file: SqliteFile) -> None:
    await publish(file, "e1")
    (late,) = await claim(file, now=0)
    (current,) = await claim(file, now=30)
    assert await file.run(lambda connection: deliveries.acknowledge(connection, "a", late)) is False
    assert await file.run(lambda connection: deliveries.acknowledge(connection, "a", current)) is True


async def test_a_message_received_too_often_becomes_a_dead_letter_with_its_reason(file: SqliteFile) -> None:
    await publish(file, "e1")
    await claim(file, now=0)
    (message,) = await claim(file, now=30)
    await file.run(lambda connection: deliveries.note_failure(connection, "a", message, "the agent answered 404"))
    assert await claim(file, now=60) == []
    rows = await file.run(
        lambda connection: connection.execute(
            "SELECT id, agent, receives, reason, died_at FROM dead_letters"
        ).fetchall()
    )
    assert rows == [("e1", "a", 2, "the agent answered 404", 60)]
    assert (await file.run(events.depths))[0] == Depth("a", "t", 0, None, 1, published=1, died=1)


async def test_what_is_no_text_dies_like_any_other_message_and_does_not_keep_the_rest_from_being_claimed(
    file: SqliteFile,
) -> None:
    """As another program might put it into the queue."""
    await publish(file, "e1")
    await file.run(
        lambda connection: connection.execute(
            "UPDATE messages SET id = CAST(x'ff' AS TEXT), document_id = CAST(x'fe' AS TEXT) WHERE agent = 'a'"
        )
    )
    await publish(file, "e2")
    claimed = [message.id for now in (0, 30, 60) for message in await claim(file, now=now)]
    assert sorted(claimed) == ["e2", "e2", "\N{REPLACEMENT CHARACTER}", "\N{REPLACEMENT CHARACTER}"]
    page = await file.run(lambda connection: dead.page(connection, agent="a", topic=None, limit=10, after=None))
    assert sorted(letter.document_id for letter in page.dead_letters) == ["d", "\N{REPLACEMENT CHARACTER}"]


async def rows_of(file: SqliteFile, table: str) -> int:
    count: int = await file.run(
        lambda connection: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - a table of this test
    )
    return count


async def test_what_is_past_its_time_goes_in_batches(file: SqliteFile) -> None:
    old = [(f"e{number}", number) for number in range(1500)]

    def prepare(connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO idempotency_keys VALUES (?, 'e', ?)", old)
        connection.executemany("INSERT INTO idempotency_digests VALUES (?, '')", [row[:1] for row in old])
        connection.executemany(
            "INSERT INTO dead_letters (id, agent, topic, document_id, request_id, published_at, died_at, receives,"
            " reason) VALUES (?, 'a', 't', 'd', 'r', 0, ?, 1, '')",
            old,
        )
        connection.execute("COMMIT")

    await file.run(prepare)
    tables = ("idempotency_keys", "idempotency_digests", "dead_letters")
    fortnight = 14 * 24 * 3600.0
    left = []
    for now in (1499, fortnight + 2000, fortnight + 2000):
        await file.run(lambda connection, now=now: events.purge(connection, now))  # type: ignore[misc] # as below
        left.append([await rows_of(file, table) for table in tables])
    assert left == [[1500] * 3, [500] * 3, [0] * 3]
    assert (await file.run(events.depths))[0] == Depth("a", "t", 0, None, 0, died=1500)
