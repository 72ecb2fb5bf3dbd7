"""The document database in SQLite."""

import sqlite3
from collections.abc import Callable

from service.store.documents import SEARCHED, Document, Match, Vector, nearest
from service.store.sqlite_file import SqliteFile, immediate

# Embeddings have a table of their own: beside the texts, a search would read a thousand texts.
SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS document_embeddings (
    sequence INTEGER PRIMARY KEY REFERENCES documents,
    local BLOB NOT NULL,
    provider BLOB
) STRICT;
"""


class SqliteDocumentStore:
    """As `DocumentStore`."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    async def open(self) -> None:
        """As `DocumentStore`."""
        await self._file.open(SCHEMA)

    async def close(self) -> None:
        """As `DocumentStore`."""
        await self._file.close()

    async def check(self) -> None:
        """As `DocumentStore`."""
        await self._file.run(lambda connection: connection.execute("SELECT 1 FROM documents LIMIT 1").fetchone())

    async def add(self, document: Document, local: Callable[[], Vector]) -> None:
        """As `DocumentStore`."""
        await self._file.run(lambda connection: insert_document(connection, document, local()))

    async def read(self, document_id: str) -> Document | None:
        """As `DocumentStore`."""
        return await self._file.run(lambda connection: read_document(connection, document_id))

    async def store_embedding(self, document_id: str, provider: Vector) -> None:
        """As `DocumentStore`."""
        await self._file.run(lambda connection: store_embedding(connection, document_id, provider))

    async def nearest_by_provider(self, near: Vector, limit: int) -> list[Match]:
        """As `DocumentStore`."""
        return await self._file.run(lambda connection: nearest_by_provider(connection, near, limit))

    async def nearest_locally(self, near: Vector, limit: int) -> list[Match]:
        """As `DocumentStore`."""
        return await self._file.run(lambda connection: nearest_locally(connection, near, limit))


def insert_document(connection: sqlite3.Connection, document: Document, local: Vector) -> None:
    """Store a document with its local embedding. Doing it again with the same id changes nothing."""
    with immediate(connection):
        inserted = connection.execute(
            "INSERT INTO documents (id, title, text) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING sequence",
            (document.id, document.title, document.text),
        ).fetchone()
        if inserted is not None:
            connection.execute(
                "INSERT INTO document_embeddings (sequence, local) VALUES (?, ?)", (inserted[0], local.tobytes())
            )


def read_document(connection: sqlite3.Connection, document_id: str) -> Document | None:
    """A document by its id."""
    row = connection.execute("SELECT id, title, text FROM documents WHERE id = ?", (document_id,)).fetchone()
    return None if row is None else Document(*row)


def store_embedding(connection: sqlite3.Connection, document_id: str, provider: Vector) -> None:
    """Store the provider's embedding of a document."""
    connection.execute(
        "UPDATE document_embeddings SET provider = ? WHERE sequence = (SELECT sequence FROM documents WHERE id = ?)",
        (provider.tobytes(), document_id),
    )


def nearest_by_provider(connection: sqlite3.Connection, near: Vector, limit: int) -> list[Match]:
    """The nearest of the newest documents that have the provider's embedding, nearest first."""
    return _nearest(connection, _NEWEST.format("provider"), near, limit)


def nearest_locally(connection: sqlite3.Connection, near: Vector, limit: int) -> list[Match]:
    """The nearest of the newest documents by local embedding, nearest first."""
    return _nearest(connection, _NEWEST.format("local"), near, limit)


_NEWEST = (
    "SELECT sequence, {0} FROM document_embeddings"
    " WHERE {0} IS NOT NULL AND sequence > (SELECT coalesce(max(sequence), 0) FROM document_embeddings) - ?"
    " ORDER BY sequence DESC"
)


def _nearest(connection: sqlite3.Connection, newest: str, near: Vector, limit: int) -> list[Match]:
    rows = connection.execute(newest, (SEARCHED,)).fetchall()
    found = []
    for place, similarity in nearest([row[1] for row in rows], near, limit):
        row = connection.execute("SELECT id, title FROM documents WHERE sequence = ?", (rows[place][0],)).fetchone()
        found.append(Match(row[0], row[1], similarity))
    return found
