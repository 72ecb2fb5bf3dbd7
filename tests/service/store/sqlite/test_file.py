"""Work on a SQLite file: on threads of its own, in transactions, and for no longer than its caller waits."""

import asyncio
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from service.store import sqlite_documents as documents
from service.store.errors import StoreError
from service.store.sqlite_file import SqliteFile, immediate
from tests.service.store.sqlite.rows import document, vector


async def test_work_whose_caller_went_away_frees_its_thread(narrow: SqliteFile) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(narrow.run(lambda connection: connection.execute(endless).fetchone()), 0.05)
    answer = await asyncio.wait_for(narrow.run(lambda connection: connection.execute("SELECT 1").fetchone()), 60)
    assert answer == (1,)


async def test_work_that_was_never_begun_is_dropped_with_its_caller(narrow: SqliteFile) -> None:
    busy, done = threading.Event(), []
    first = asyncio.create_task(narrow.run(lambda _: busy.wait(5)))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(narrow.run(lambda _: done.append("second")), 0.05)
    busy.set()
    await first
    await narrow.run(lambda _: None)
    assert done == []


async def test_a_lock_held_by_another_is_waited_for_no_longer_than_allowed(file: SqliteFile, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "ballast.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.raises(StoreError, match="locked"):
        await file.run(lambda connection: documents.insert_document(connection, document(1), vector(1, 0)))
    assert time.monotonic() - began < 5
    assert await file.run(lambda connection: documents.read_document(connection, "d1")) is None  # readers do not wait
    other.close()


async def test_a_failed_transaction_leaves_the_connection_usable(narrow: SqliteFile) -> None:
    def fails(connection: sqlite3.Connection) -> None:
        with immediate(connection):
            connection.execute("INSERT INTO documents (id, title, text) VALUES ('d1', '', '')")
            connection.execute("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(StoreError, match="nowhere"):
        await narrow.run(fails)
    assert await narrow.run(lambda connection: documents.read_document(connection, "d1")) is None
    await narrow.run(lambda connection: documents.insert_document(connection, document(1), vector(1, 0)))
