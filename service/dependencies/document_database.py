"""The document database: every use of it is a call that can fail."""

import functools
from collections.abc import Awaitable, Callable
from typing import TypeVar

from service.dependencies.attempt import Attempt
from service.dependencies.call import Call
from service.dependencies.errors import AttemptError
from service.dependencies.local_embedding import local_embedding
from service.store.documents import Document, DocumentStore, Match, Vector
from service.store.errors import StoreError

T = TypeVar("T")


class DocumentDatabase:
    """Documents and their embeddings. Each method raises CallError when the database did not answer."""

    def __init__(self, store: DocumentStore, call: Call, *, dimensions: int) -> None:
        self._store = store
        self._call = call
        self._dimensions = dimensions

    async def check(self) -> None:
        """Whether the database answers; past the guard.

        Raises:
            AttemptError: it does not.
        """
        try:
            await self._store.check()
        except StoreError as error:
            raise AttemptError(str(error)) from error

    async def add(self, document: Document, request_id: str) -> None:
        """Store a document."""
        local = functools.partial(local_embedding, f"{document.title}\n{document.text}", self._dimensions)
        await self._run(lambda: self._store.add(document, local), request_id)

    async def read(self, document_id: str, request_id: str) -> Document | None:
        """A document by its id."""
        return await self._run(lambda: self._store.read(document_id), request_id)

    async def store_embedding(self, document_id: str, provider: Vector, request_id: str) -> None:
        """Store the provider's embedding of a document."""
        await self._run(lambda: self._store.store_embedding(document_id, provider), request_id)

    async def nearest_by_provider(self, near: Vector, limit: int, request_id: str) -> list[Match]:
        """The nearest documents to an embedding of the provider."""
        return await self._run(lambda: self._store.nearest_by_provider(near, limit), request_id)

    async def nearest_locally(self, near: Vector, limit: int, request_id: str) -> list[Match]:
        """The nearest documents to a local embedding."""
        return await self._run(lambda: self._store.nearest_locally(near, limit), request_id)

    async def _run(self, work: Callable[[], Awaitable[T]], request_id: str) -> T:
        async def attempt_it(_: Attempt) -> T:
            try:
                return await work()
            except StoreError as error:
                raise AttemptError(str(error)) from error

        return (await self._call(attempt_it, request_id)).value
