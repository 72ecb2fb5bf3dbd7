"""A SQLite file behind a bounded pool of threads; no call of it runs on the event loop."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from service.store.errors import StoreError
from service.store.sqlite_start import connect, prepare
from service.store.thread_pool import ThreadPool

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class SqliteConfig:
    """Where the file is and how long a statement waits for another's lock."""

    path: str
    threads: int
    busy_timeout: timedelta


class SqliteFile:
    """Runs work on the file, at most `threads` at once, each thread on a connection of its own.

    Work whose caller goes away is interrupted; so neither a slow statement nor a lock keeps a thread for long.
    """

    def __init__(self, config: SqliteConfig) -> None:
        self._config = config
        self._connections: list[sqlite3.Connection] = []
        self._local = threading.local()
        self.threads = ThreadPool(config.threads, name="sqlite")

    async def open(self, schema: str) -> None:
        """Check the file, and create it and its tables where they are missing.

        Raises:
            StoreUnusableError: the file is damaged, cannot be written, or is another program's.
        """
        await asyncio.wrap_future(self.threads.submit(lambda: prepare(self._config.path, schema)))

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The result of `work` on a connection in autocommit mode.

        Raises:
            StoreError: SQLite could not do it.
        """
        job = _Job(work)
        future = self.threads.submit(lambda: job.run(self._connection))
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            job.abandon()
            raise

    async def close(self) -> None:
        """Interrupt what runs, and close the connections."""
        for connection in self._connections:
            connection.interrupt()
        await asyncio.to_thread(self.threads.shutdown)
        for connection in self._connections:
            connection.close()
        self._connections.clear()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = connect(self._config.path, self._config.busy_timeout)
            self._connections.append(connection)
            self._local.connection = connection
        return connection


class _Job(Generic[T]):
    """Work on its way through a thread; its connection is interrupted while it runs and never after."""

    def __init__(self, work: Callable[[sqlite3.Connection], T]) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._running: sqlite3.Connection | None = None
        self._abandoned = False

    def run(self, connection_of_thread: Callable[[], sqlite3.Connection]) -> T:
        try:
            connection = connection_of_thread()
            with self._lock:
                if self._abandoned:
                    raise StoreError("interrupted")
                self._running = connection
            try:
                return self._work(connection)
            finally:
                with self._lock:
                    self._running = None
        except sqlite3.Error as error:
            raise StoreError(str(error)) from error

    def abandon(self) -> None:
        with self._lock:
            self._abandoned = True
            if self._running is not None:
                self._running.interrupt()


@contextmanager
def immediate(connection: sqlite3.Connection) -> Iterator[None]:
    """A write transaction that takes its lock at once, so that it cannot fail half-way for want of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
