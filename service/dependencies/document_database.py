"""The document database: every use of it is a call that can fail."""

import sqlite3
from collections.abc import Callable
from typing import TypeVar

from service.dependencies.attempt import Attempt
from service.dependencies.call import Call
from service.dependencies.errors import AttemptError
from service.dependencies.local_embedding import local_embedding
from service.store.documents import (
    Document,
    Match,
    Vector,
    insert_document,
    nearest_by_provider,
    nearest_locally,
    read_document,
    store_embedding,
)
from service.store.errors import StoreError
from service.store.sqlite_file import SqliteFile

T = TypeVar("T")


class DocumentDatabase:
    """Documents and their embeddings. Each method raises CallError when the database did not answer."""

    def __init__(self, file: SqliteFile, call: Call, *, dimensions: int) -> None:
        self._file = file
        self._call = call
        self._dimensions = dimensions

    async def check(self) -> None:
        """Whether the database answers; past the guard.

        Raises:
            AttemptError: it does not.
        """
        try:
            await self._file.run(lambda connection: connection.execute("SELECT 1 FROM documents LIMIT 1").fetchone())
        except StoreError as error:
            raise AttemptError(str(error)) from error

    async def add(self, document: Document, request_id: str) -> None:
        """Store a document."""
        await self._run(
            lambda connection: insert_document(
                connection, document, local_embedding(f"{document.title}\n{document.text}", self._dimensions)
            ),
            request_id,
        )

    async def read(self, document_id: str, request_id: str) -> Document | None:
        """A document by its id."""
        return await self._run(lambda connection: read_document(connection, document_id), request_id)

    async def store_embedding(self, document_id: str, provider: Vector, request_id: str) -> None:
        """Store the provider's embedding of a document."""
        await self._run(lambda connection: store_embedding(connection, document_id, provider), request_id)

    async def nearest_by_provider(self, near: Vector, limit: int, request_id: str) -> list[Match]:
        """The nearest documents to an embedding of the provider."""
        return await self._run(lambda connection: nearest_by_provider(connection, near, limit), request_id)

    async def nearest_locally(self, near: Vector, limit: int, request_id: str) -> list[Match]:
        """The nearest documents to a local embedding."""
        return await self._run(lambda connection: nearest_locally(connection, near, limit), request_id)

    async def _run(self, work: Callable[[sqlite3.Connection], T], request_id: str) -> T:
        async def attempt_it(_: Attempt) -> T:
            try:
                return await self._file.run(work)
            except StoreError as error:
                raise AttemptError(str(error)) from error

        return (await self._call(attempt_it, request_id)).value
