"""Migrations of a SQLite file: each step is one transaction, together with what is remembered of it.

The transaction is the lock too. It is SQLite's, so it goes with a process that is killed, and nothing is half done.
"""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import msgspec

from service.migrations.errors import FailedError, LockedError, MigrationError
from service.migrations.failing_line import failing_line
from service.migrations.ledger import Record, advanced, refuse_out_of_turn, refuse_under_others
from service.migrations.migration import Migration
from service.migrations.target import SqliteTarget
from service.store.sqlite_file import immediate
from service.store.sqlite_start import connect

LEDGER = """
CREATE TABLE IF NOT EXISTS migrations (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    phase TEXT NOT NULL,
    checksum TEXT NOT NULL,
    complete INTEGER NOT NULL,
    after TEXT,
    seen INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    begun_at REAL NOT NULL,
    written_at REAL NOT NULL
) STRICT
"""

COLUMNS = Record.__struct_fields__  # the ledger's, in their order


class SqliteDatabase:
    """As `Database`, for a file that was prepared; on a connection of its own, to be closed."""

    def __init__(self, path: str, *, embedding_model: str, patience: timedelta) -> None:
        """`patience` is how long another's lock is waited for."""
        self._path = path
        self._patience = patience
        self._connection = connect(path, patience)
        self._target = SqliteTarget(connection=self._connection, embedding_model=embedding_model)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def records(self) -> list[Record]:
        """As `Database`."""
        if not self._has("migrations"):
            return []
        rows = self._connection.execute(
            f"SELECT {', '.join(COLUMNS)} FROM migrations ORDER BY number"  # noqa: S608 - names of ours
        )
        return [msgspec.convert(dict(zip(COLUMNS, row, strict=True)), Record, strict=False) for row in rows]

    def begin(self, migrations: Sequence[Migration], limit: int) -> None:
        """As `Database`."""
        with self._locked():
            if self.records() or self._has_documents():
                return
            self._connection.execute(LEDGER)
            for migration in migrations:
                self._write(self._whole(migration, limit))

    def step(self, migration: Migration, limit: int) -> Record:
        """As `Database`."""
        with self._locked():
            self._connection.execute(LEDGER)
            records = {record.number: record for record in self.records()}
            found = records.get(migration.number)
            if found is not None and found.complete:
                return found
            refuse_out_of_turn(migration, [*records.values()])
            record = self._stepped(migration, found, limit)
            self._write(record)
            return record

    def undo(self, migration: Migration) -> None:
        """As `Database`."""
        with self._locked():
            refuse_under_others(migration, self.records())
            with self._judging(migration):
                migration.down(self._target)
            self._connection.execute("DELETE FROM migrations WHERE number = ?", (migration.number,))

    def reopen(self, number: int) -> None:
        """As `Database`."""
        with self._locked():
            self._connection.execute("UPDATE migrations SET complete = 0, after = NULL WHERE number = ?", (number,))

    def _stepped(self, migration: Migration, found: Record | None, limit: int) -> Record:
        with self._judging(migration):
            filled = migration.step(self._target, found.after if found else None, limit)
        return advanced(found, migration, filled, now=time.time())

    def _whole(self, migration: Migration, limit: int) -> Record:
        record = self._stepped(migration, None, limit)
        while not record.complete:
            record = self._stepped(migration, record, limit)
        return record

    def _has_documents(self) -> bool:
        return self._has("documents") and bool(self._connection.execute("SELECT 1 FROM documents LIMIT 1").fetchall())

    def _has(self, table: str) -> bool:
        found = self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        return found is not None

    def _write(self, record: Record) -> None:
        self._connection.execute(
            f"INSERT OR REPLACE INTO migrations VALUES ({', '.join('?' * len(COLUMNS))})",  # noqa: S608 - marks
            tuple(msgspec.to_builtins(record)[column] for column in COLUMNS),
        )

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            with immediate(self._connection):
                yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            waited = self._patience.total_seconds()
            raise LockedError(f"{self._path} was locked by another process for more than {waited:g} s") from error

    @contextmanager
    def _judging(self, migration: Migration) -> Iterator[None]:
        """Keep a migration from ending the transaction, and tell of the line that fails."""
        self._connection.set_authorizer(_refuse_transactions)
        try:
            yield
        except MigrationError:
            raise
        except Exception as error:  # whatever a migration fails with, its line is told
            sentence = f"{failing_line(migration.file, error)}: {error}; {self._path} is as it was"
            raise FailedError(sentence) from error
        finally:
            self._connection.set_authorizer(None)


def _refuse_transactions(action: int, *_: str | None) -> int:
    ends = {sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_SAVEPOINT, sqlite3.SQLITE_ATTACH}
    return sqlite3.SQLITE_DENY if action in ends else sqlite3.SQLITE_OK
