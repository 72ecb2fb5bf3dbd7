import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from service.store.errors import StoreError
from service.store.sqlite_batch import AT_ONCE, SqliteBatch
from service.store.sqlite_file import SqliteFile
from tests.service.store.conftest import sqlite_file

T = TypeVar("T")

SCHEMA = "CREATE TABLE IF NOT EXISTS numbers (number INTEGER PRIMARY KEY) STRICT;"


class Counting(SqliteFile):
    """Counts the transactions; the first of them waits for `go`."""

    commits = 0
    go: asyncio.Event

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        self.commits += 1
        await self.go.wait()
        return await super().run(work)


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[Counting]:
    opened = sqlite_file(tmp_path)
    opened.__class__ = Counting
    assert isinstance(opened, Counting)
    opened.go = asyncio.Event()
    await opened.open(SCHEMA)
    yield opened
    await opened.close()


def insert(number: int, connection: sqlite3.Connection) -> int:
    connection.execute("INSERT INTO numbers VALUES (?)", (number,))
    return number


async def stored(file: Counting) -> list[int]:
    rows = await file.run(lambda connection: connection.execute("SELECT number FROM numbers").fetchall())
    return [row[0] for row in rows]


def begin(batch: SqliteBatch, *numbers: int) -> list["asyncio.Task[int]"]:
    return [
        asyncio.create_task(batch.run(lambda connection, number=number: insert(number, connection)))  # type: ignore[misc] # mypy on defaults of lambdas
        for number in numbers
    ]


async def test_what_comes_while_a_transaction_runs_goes_together_with_the_next(file: Counting) -> None:
    batch = SqliteBatch(file)
    first = begin(batch, 0)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    rest = begin(batch, *range(1, 20))
    await asyncio.sleep(0)
    file.go.set()
    assert await asyncio.gather(*first, *rest) == list(range(20))
    assert file.commits == 2
    assert await stored(file) == list(range(20))


async def test_no_more_than_so_many_go_together(file: Counting) -> None:
    file.go.set()
    await asyncio.gather(*begin(SqliteBatch(file), *range(AT_ONCE + 1)))
    assert file.commits == 2


async def test_what_fails_fails_for_all_that_went_together_and_nothing_of_it_is_stored(file: Counting) -> None:
    batch = SqliteBatch(file)
    file.go.set()
    ended = await asyncio.gather(*begin(batch, 1, 2, 1), return_exceptions=True)
    assert [type(each) for each in ended] == [StoreError] * 3
    assert await stored(file) == []
    assert await asyncio.gather(*begin(batch, 3)) == [3]


async def test_a_mistake_is_told_to_whoever_waits_and_the_next_is_served(file: Counting) -> None:
    batch = SqliteBatch(file)
    file.go.set()
    with pytest.raises(UnicodeEncodeError):
        await batch.run(lambda connection: connection.execute("SELECT ?", ("\ud800",)))
    assert await asyncio.gather(*begin(batch, 3)) == [3]


async def test_a_caller_that_goes_away_keeps_nobody_from_the_rest(file: Counting) -> None:
    gone, stays = begin(SqliteBatch(file), 1, 2)
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.sleep(0)
    file.go.set()
    assert await stays == 2
    assert await stored(file) == [1, 2]
