import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from service.store import sqlite_dead_letters as dead
from service.store import sqlite_deliveries as deliveries
from service.store import sqlite_documents as documents
from service.store import sqlite_events as events
from service.store.documents import Document, Vector
from service.store.errors import StoreError
from service.store.events import Depth, Event, Message
from service.store.sqlite_batch import SqliteBatch
from service.store.sqlite_event_schema import SCHEMA
from service.store.sqlite_file import SqliteConfig, SqliteFile, immediate
from tests.service.migrations.files import MODEL, migrate


def config(path: Path, *, threads: int = 2, busy_timeout: float = 0.2) -> SqliteConfig:
    return SqliteConfig(path=str(path), threads=threads, busy_timeout=timedelta(seconds=busy_timeout))


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[SqliteFile]:
    migrate(tmp_path / "store.sqlite3")
    opened = SqliteFile(config(tmp_path / "store.sqlite3"))
    await opened.open(SCHEMA)
    yield opened
    await opened.close()


def vector(*values: float) -> Vector:
    return np.array(values, dtype=np.float32)


def document(number: int) -> Document:
    return Document(f"d{number}", f"title {number}", f"text {number}")


async def test_a_document_is_read_as_it_was_stored(file: SqliteFile) -> None:
    odd = Document("d1", "Ünïcödé \x00 'quoted'", "line\nline")
    await file.run(lambda connection: documents.insert_document(connection, odd, vector(1, 0)))
    assert await file.run(lambda connection: documents.read_document(connection, "d1")) == odd
    assert await file.run(lambda connection: documents.read_document(connection, "d2")) is None


async def test_storing_a_document_again_changes_nothing(file: SqliteFile) -> None:
    for text in ("first", "second"):
        again = Document("d1", "title", text)
        await file.run(lambda connection, again=again: documents.insert_document(connection, again, vector(1, 0)))  # type: ignore[misc]
    stored = await file.run(lambda connection: documents.read_document(connection, "d1"))
    assert stored is not None
    assert stored.text == "first"


async def test_the_nearest_documents_come_nearest_first(file: SqliteFile) -> None:
    def prepare(connection: sqlite3.Connection) -> None:
        for number, angle in enumerate((0.0, 0.5, 1.0, 1.5)):
            documents.insert_document(connection, document(number), vector(1, 0))
            documents.store_embedding(connection, f"d{number}", 3 * vector(np.cos(angle), np.sin(angle)), MODEL)
        documents.insert_document(connection, document(9), vector(1, 0))  # not embedded by the provider yet

    await file.run(prepare)
    found = await file.run(lambda connection: documents.nearest_by_provider(connection, vector(0, 2), 2, MODEL))
    assert [(match.id, match.title) for match in found] == [("d3", "title 3"), ("d2", "title 2")]
    assert [match.similarity for match in found] == pytest.approx([np.sin(1.5), np.sin(1.0)], abs=1e-6)


async def test_local_and_provider_embeddings_are_never_compared(file: SqliteFile) -> None:
    def prepare(connection: sqlite3.Connection) -> None:
        documents.insert_document(connection, document(1), vector(1, 0))
        documents.store_embedding(connection, "d1", vector(0, 1), MODEL)

    await file.run(prepare)
    (locally,) = await file.run(lambda connection: documents.nearest_locally(connection, vector(1, 0), 1))
    (by_provider,) = await file.run(
        lambda connection: documents.nearest_by_provider(connection, vector(1, 0), 1, MODEL)
    )
    assert (locally.similarity, by_provider.similarity) == (1, 0)


async def test_embeddings_of_another_length_are_passed_over(file: SqliteFile) -> None:
    def prepare(connection: sqlite3.Connection) -> None:
        documents.insert_document(connection, document(1), vector(1, 0, 0))
        documents.insert_document(connection, document(2), vector(1, 0))

    await file.run(prepare)
    found = await file.run(lambda connection: documents.nearest_locally(connection, vector(1, 0), 10))
    assert [match.id for match in found] == ["d2"]


async def test_a_search_looks_at_the_newest_documents_alone(file: SqliteFile) -> None:
    def prepare(connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO documents (id, title, text) VALUES (?, '', '')", [(f"d{i}",) for i in range(1001)]
        )
        connection.execute(
            "INSERT INTO document_embeddings (sequence, local) SELECT sequence, ? FROM documents",
            (vector(1, 0).tobytes(),),
        )
        connection.execute("COMMIT")

    await file.run(prepare)
    found = await file.run(lambda connection: documents.nearest_locally(connection, vector(1, 0), 2000))
    assert len(found) == 1000
    assert "d0" not in {match.id for match in found}


async def publish(
    file: SqliteFile, event_id: str, *, now: float = 0, key: str | None = None, document_id: str = "d"
) -> str | None:
    event = Event(id=event_id, topic="t", document_id=document_id, request_id="r")
    return await SqliteBatch(file).run(lambda connection: events.publish(connection, event, ("a", "b"), now, key))


async def claim(file: SqliteFile, *, now: float, agent: str = "a", limit: int = 10) -> list[Message]:
    return await file.run(
        lambda connection: deliveries.claim(connection, agent, now, limit=limit, visibility=30, max_receives=2)
    )


async def test_an_event_waits_for_each_agent_of_its_topic(file: SqliteFile) -> None:
    await publish(file, "e1", now=5)
    assert await claim(file, now=6) == [Message("e1", "t", "d", "r", 1)]
    assert await claim(file, now=6, agent="b") == [Message("e1", "t", "d", "r", 1)]
    assert await file.run(events.depths) == [
        Depth("a", "t", 1, 5, 0, published=1),
        Depth("b", "t", 1, 5, 0, published=1),
    ]


async def test_a_claimed_message_is_hidden_until_its_visibility_ends(file: SqliteFile) -> None:
    await publish(file, "e1")
    await claim(file, now=0)
    assert await claim(file, now=29.9) == []
    assert [message.receives for message in await claim(file, now=30)] == [2]


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


async def test_no_more_messages_are_claimed_than_asked_for_oldest_first(file: SqliteFile) -> None:
    for number in range(5):
        await publish(file, f"e{number}", now=number)
    assert {message.id for message in await claim(file, now=10, limit=3)} == {"e0", "e1", "e2"}


async def test_an_idempotency_key_names_one_event_for_a_day(file: SqliteFile) -> None:
    day = 24 * 3600.0
    assert await publish(file, "e1", key="k", now=0) == "e1"
    assert await publish(file, "e2", key="k", now=day) == "e1"
    assert len(await claim(file, now=day)) == 1
    assert await publish(file, "e3", key="k", now=day + 1) == "e3"


async def test_an_idempotency_key_is_not_lent_to_another_event(file: SqliteFile) -> None:
    day = 24 * 3600.0
    assert await publish(file, "e1", key="k", document_id="d1") == "e1"
    assert await publish(file, "e2", key="k", document_id="d2") is None
    assert await publish(file, "e3", key="k", document_id="d1") == "e1"
    assert [message.id for message in await claim(file, now=1)] == ["e1"]
    assert await publish(file, "e4", key="k", document_id="d2", now=day + 1) == "e4"


async def test_a_file_from_before_the_digests_of_idempotency_keys_is_taken_as_it_is(tmp_path: Path) -> None:
    before = SCHEMA.partition("-- A table of its own")[0]
    assert "digest" not in before
    for schema in (before, SCHEMA):
        file = SqliteFile(config(tmp_path / "store.sqlite3"))
        await file.open(schema)
        if schema is before:
            await file.run(lambda connection: connection.execute("INSERT INTO idempotency_keys VALUES ('k', 'e1', 0)"))
        else:
            assert await publish(file, "e2", key="k", now=1) == "e1"
            assert await publish(file, "e3", key="k3", now=1) == "e3"
        await file.close()


async def test_publishing_the_same_event_again_adds_nothing(file: SqliteFile) -> None:
    for _ in range(2):
        assert await publish(file, "e1", key="k") == "e1"
    assert len(await claim(file, now=1)) == 1


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


async def test_two_claims_at_once_never_get_the_same_message(file: SqliteFile) -> None:
    for number in range(40):
        await publish(file, f"e{number}")
    claimed = await asyncio.gather(*(claim(file, now=1, limit=5) for _ in range(8)))
    ids = [message.id for batch in claimed for message in batch]
    assert len(ids) == len(set(ids)) == 40


async def test_work_whose_caller_went_away_frees_its_thread(tmp_path: Path) -> None:
    migrate(tmp_path / "store.sqlite3")
    file = SqliteFile(config(tmp_path / "store.sqlite3", threads=1))
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(file.run(lambda connection: connection.execute(endless).fetchone()), 0.05)
    answer = await asyncio.wait_for(file.run(lambda connection: connection.execute("SELECT 1").fetchone()), 5)
    assert answer == (1,)
    await file.close()


async def test_work_that_was_never_begun_is_dropped_with_its_caller(tmp_path: Path) -> None:
    migrate(tmp_path / "store.sqlite3")
    file = SqliteFile(config(tmp_path / "store.sqlite3", threads=1))
    busy, done = threading.Event(), []
    first = asyncio.create_task(file.run(lambda _: busy.wait(5)))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(file.run(lambda _: done.append("second")), 0.05)
    busy.set()
    await first
    await file.run(lambda _: None)
    assert done == []
    await file.close()


async def test_a_lock_held_by_another_is_waited_for_no_longer_than_allowed(file: SqliteFile, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "store.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.raises(StoreError, match="locked"):
        await file.run(lambda connection: documents.insert_document(connection, document(1), vector(1, 0)))
    assert time.monotonic() - began < 5
    assert await file.run(lambda connection: documents.read_document(connection, "d1")) is None  # readers do not wait
    other.close()


async def test_a_failed_transaction_leaves_the_connection_usable(tmp_path: Path) -> None:
    migrate(tmp_path / "store.sqlite3")
    file = SqliteFile(config(tmp_path / "store.sqlite3", threads=1))

    def fails(connection: sqlite3.Connection) -> None:
        with immediate(connection):
            connection.execute("INSERT INTO documents (id, title, text) VALUES ('d1', '', '')")
            connection.execute("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(StoreError, match="nowhere"):
        await file.run(fails)
    assert await file.run(lambda connection: documents.read_document(connection, "d1")) is None
    await file.run(lambda connection: documents.insert_document(connection, document(1), vector(1, 0)))
    await file.close()
