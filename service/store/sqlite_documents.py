"""The document database in SQLite."""

import sqlite3
from collections.abc import Callable

from service.store.documents import SEARCHED, Document, Match, Vector, nearest
from service.store.errors import StoreError, StoreUnusableError
from service.store.sqlite_file import SqliteFile, immediate


class SqliteDocumentStore:
    """As `DocumentStore`. Its tables are made by `service/migrations/`."""

    def __init__(self, file: SqliteFile, *, model: str) -> None:
        """`model` makes the provider's embeddings; those of others are not compared with them."""
        self._file = file
        self._model = model

    async def open(self) -> None:
        """As `DocumentStore`."""
        try:
            await self.check()
        except StoreError as error:
            raise StoreUnusableError(f"the documents are not usable: {error}") from error

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
        await self._file.run(lambda connection: store_embedding(connection, document_id, provider, self._model))

    async def nearest_by_provider(self, near: Vector, limit: int) -> list[Match]:
        """As `DocumentStore`."""
        return await self._file.run(lambda connection: nearest_by_provider(connection, near, limit, self._model))

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


def store_embedding(connection: sqlite3.Connection, document_id: str, provider: Vector, model: str) -> None:
    """Store the provider's embedding of a document, which a model has made."""
    connection.execute(
        "UPDATE document_embeddings SET provider = ?, model = ?"
        " WHERE sequence = (SELECT sequence FROM documents WHERE id = ?)",
        (provider.tobytes(), model, document_id),
    )


def nearest_by_provider(connection: sqlite3.Connection, near: Vector, limit: int, model: str) -> list[Match]:
    """The nearest of the newest documents that have the provider's embedding by a model, nearest first.

    An embedding without the name of its model is taken for one by this: a version before migration 0002 made it.
    """
    rows = connection.execute(
        f"{_NEWEST.format('provider')} AND (model IS NULL OR model = ?) ORDER BY sequence DESC", (SEARCHED, model)
    )
    return _nearest(connection, rows.fetchall(), near, limit)


def nearest_locally(connection: sqlite3.Connection, near: Vector, limit: int) -> list[Match]:
    """The nearest of the newest documents by local embedding, nearest first."""
    rows = connection.execute(f"{_NEWEST.format('local')} ORDER BY sequence DESC", (SEARCHED,))
    return _nearest(connection, rows.fetchall(), near, limit)


_NEWEST = (
    "SELECT sequence, {0} FROM document_embeddings"
    " WHERE {0} IS NOT NULL AND sequence > (SELECT coalesce(max(sequence), 0) FROM document_embeddings) - ?"
)


def _nearest(connection: sqlite3.Connection, rows: list[tuple[int, bytes]], near: Vector, limit: int) -> list[Match]:
    found = []
    for place, similarity in nearest([row[1] for row in rows], near, limit):
        row = connection.execute("SELECT id, title FROM documents WHERE sequence = ?", (rows[place][0],)).fetchone()
        found.append(Match(row[0], row[1], similarity))
    return found
