"""Work of many callers in one transaction of a SQLite file: a commit costs more than what most of them do in it."""

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any, TypeVar

from service.store.errors import StoreError
from service.store.sqlite_file import SqliteFile, immediate

T = TypeVar("T")

AT_ONCE = 64  # callers whose work goes into one transaction


class SqliteBatch:
    """Whoever comes while a transaction runs goes with the next one; nobody waits for others to come.

    The work of all in a transaction is done, or none of it. It is done also for a caller that went away meanwhile.
    """

    def __init__(self, file: SqliteFile) -> None:
        self._file = file
        self._waiting: list[tuple[Callable[[sqlite3.Connection], Any], asyncio.Future[Any]]] = []
        self._running: asyncio.Task[None] | None = None

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The result of `work`, once it is committed. Raises StoreError when SQLite could not do it."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, done))
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return await done

    async def _run(self) -> None:
        try:
            while self._waiting:
                together, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
                await self._commit([work for work, _ in together], [done for _, done in together])
        finally:
            self._running = None

    async def _commit(
        self, works: list[Callable[[sqlite3.Connection], Any]], waiting: list["asyncio.Future[Any]"]
    ) -> None:
        def commit(connection: sqlite3.Connection) -> list[Any]:
            with immediate(connection):
                return [work(connection) for work in works]

        try:
            results = await self._file.run(commit)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the callers' to hear
            for done in waiting:
                if not done.done():
                    done.set_exception(StoreError(str(error)) if isinstance(error, StoreError) else error)
            return
        for done, result in zip(waiting, results, strict=True):
            if not done.done():
                done.set_result(result)
