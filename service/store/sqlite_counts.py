"""The count board in SQLite, shared by the instances of one machine."""

import sqlite3

from service.store.counts import KEPT, CountRow
from service.store.sqlite_file import SqliteFile, immediate

PURGED_AT_ONCE = 100  # rows that are past their time, with each that is published

SCHEMA = """
CREATE TABLE IF NOT EXISTS counts (
    subject TEXT NOT NULL,
    instance TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    slot INTEGER NOT NULL,
    published_at REAL NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (subject, instance, boot_id, slot)
) STRICT;
CREATE INDEX IF NOT EXISTS counts_by_age ON counts (published_at);
"""


class SqliteCountBoard:
    """As `CountBoard`."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    async def publish(self, row: CountRow) -> None:
        """As `CountBoard`."""
        await self._file.run(lambda connection: _publish(connection, row))

    async def read(self, subject: str, *, since: float = 0.0) -> list[CountRow]:
        """As `CountBoard`."""
        return await self._file.run(lambda connection: _read(connection, subject, since))

    async def close(self) -> None:
        """As `CountBoard`. The file is another's too."""


def _publish(connection: sqlite3.Connection, row: CountRow) -> None:
    with immediate(connection):
        connection.execute(
            "DELETE FROM counts WHERE rowid IN (SELECT rowid FROM counts WHERE published_at < ? LIMIT ?)",
            (row.published_at - KEPT, PURGED_AT_ONCE),
        )
        connection.execute(
            "INSERT INTO counts VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " published_at = excluded.published_at, body = excluded.body",
            (row.subject, row.instance, row.boot_id, row.slot, row.published_at, row.body),
        )


def _read(connection: sqlite3.Connection, subject: str, since: float) -> list[CountRow]:
    rows = connection.execute(
        "SELECT instance, boot_id, slot, published_at, body FROM counts WHERE subject = ? AND published_at >= ?",
        (subject, since),
    )
    return [
        CountRow(subject=subject, instance=instance, boot_id=boot_id, slot=slot, published_at=at, body=body)
        for instance, boot_id, slot, at, body in rows
    ]
