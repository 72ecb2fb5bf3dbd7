"""The control store in SQLite, shared by the instances of one machine."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from service.store.control import AuditLine, ControlDocument, VersionConflictError
from service.store.sqlite_file import SqliteFile, immediate

WRITES_WAIT = timedelta(seconds=3)
"""For another's lock, and so longer than reads: what relieves an overload must not be refused because of it."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS control_documents (
    name TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS control_audit (
    document TEXT NOT NULL,
    version INTEGER NOT NULL,
    at REAL NOT NULL,
    by TEXT NOT NULL,
    action TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (document, version)
) STRICT;
CREATE TABLE IF NOT EXISTS control_audit_subjects (
    document TEXT NOT NULL,
    version INTEGER NOT NULL,
    subject TEXT NOT NULL,
    PRIMARY KEY (document, version)
) STRICT, WITHOUT ROWID;
"""
# The subject has a table of its own, and a row there where it is not the document: so an instance of the version
# before, which knows six columns, goes on writing to the same file.


class SqliteControlStore:
    """As `ControlStore`. A document and its audit line are written in one transaction."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    async def read(self, names: Sequence[str]) -> list[ControlDocument]:
        """As `ControlStore`."""
        return await self._file.run(lambda connection: _read(connection, names))

    async def write(self, document: ControlDocument, audit: AuditLine) -> None:
        """As `ControlStore`."""
        await self._file.run(lambda connection: _write(connection, document, audit))

    async def audit(self, name: str, limit: int, *, before: int | None = None) -> list[AuditLine]:
        """As `ControlStore`."""
        return await self._file.run(lambda connection: _audit(connection, name, limit, before))


def _read(connection: sqlite3.Connection, names: Sequence[str]) -> list[ControlDocument]:
    marks = ", ".join("?" * len(names))
    rows = connection.execute(
        f"SELECT name, version, body FROM control_documents WHERE name IN ({marks}) ORDER BY name",  # noqa: S608 - marks
        tuple(names),
    )
    return [ControlDocument(name=name, version=version, body=body) for name, version, body in rows]


def _write(connection: sqlite3.Connection, document: ControlDocument, audit: AuditLine) -> None:
    with _patience(connection), immediate(connection):
        row = connection.execute("SELECT version FROM control_documents WHERE name = ?", (document.name,)).fetchone()
        current = 0 if row is None else row[0]
        if document.version != current + 1:
            raise VersionConflictError(document.name, document.version - 1, current)
        connection.execute(
            "INSERT INTO control_documents VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET version = excluded.version, body = excluded.body",
            (document.name, document.version, document.body),
        )
        connection.execute(
            "INSERT INTO control_audit VALUES (?, ?, ?, ?, ?, ?)",
            (audit.document, audit.version, audit.at, audit.by, audit.action, audit.reason),
        )
        if audit.subject != audit.document:
            connection.execute(
                "INSERT INTO control_audit_subjects VALUES (?, ?, ?)", (audit.document, audit.version, audit.subject)
            )


@contextmanager
def _patience(connection: sqlite3.Connection) -> Iterator[None]:
    (usual,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {WRITES_WAIT // timedelta(milliseconds=1)}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA busy_timeout = {usual}")


def _audit(connection: sqlite3.Connection, name: str, limit: int, before: int | None) -> list[AuditLine]:
    rows = connection.execute(
        "SELECT document, version, at, by, action, reason, coalesce(subject, document) FROM control_audit"
        " LEFT JOIN control_audit_subjects USING (document, version) WHERE document = :name"
        " AND (:before IS NULL OR version < :before) ORDER BY version DESC LIMIT :limit",
        {"name": name, "before": before, "limit": limit},
    )
    return [
        AuditLine(document=document, version=version, at=at, by=by, action=action, reason=reason, subject=subject)
        for document, version, at, by, action, reason, subject in rows
    ]
