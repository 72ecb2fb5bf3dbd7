"""The port of the document database: documents, and their embeddings."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vector: TypeAlias = NDArray[np.float32]

SEARCHED = 1000
"""Documents that a search looks at, the newest; beyond this a vector index would do the work."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """A document found by a search; `similarity` is the cosine, in [-1, 1]."""

    id: str
    title: str
    similarity: float


class DocumentStore(Protocol):
    """Where documents live. Every method but `open` and `close` raises StoreError when the store could not do it."""

    async def open(self) -> None:
        """Make ready for work.

        Raises:
            StoreUnusableError: the store cannot serve at all.
        """
        ...

    async def close(self) -> None:
        """Give up what is under way."""
        ...

    async def check(self) -> None:
        """Do nothing but answer."""
        ...

    async def add(self, document: Document, local: Callable[[], Vector]) -> None:
        """Store a document with its local embedding, which a thread of the store computes.

        Doing it again with the same id changes nothing.
        """
        ...

    async def read(self, document_id: str) -> Document | None:
        """A document by its id."""
        ...

    async def store_embedding(self, document_id: str, provider: Vector) -> None:
        """Store the provider's embedding of a document; of none, when there is no such document."""
        ...

    async def nearest_by_provider(self, near: Vector, limit: int) -> list[Match]:
        """The nearest of the newest documents that have the provider's embedding, nearest first."""
        ...

    async def nearest_locally(self, near: Vector, limit: int) -> list[Match]:
        """The nearest of the newest documents by local embedding, nearest first."""
        ...


def nearest(embeddings: list[bytes], near: Vector, limit: int) -> list[tuple[int, float]]:
    """The places of the nearest embeddings with their similarity, nearest first.

    An embedding of another length stems from another model's settings and is passed over: not comparable.
    """
    places = [place for place, embedding in enumerate(embeddings) if len(embedding) == near.nbytes]
    if not places:
        return []
    rows = np.frombuffer(b"".join(embeddings[place] for place in places), dtype="<f4").reshape(len(places), -1)
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(near)
    similarities = rows @ near / np.maximum(lengths, np.finfo(np.float32).tiny)
    best = np.argsort(-similarities, kind="stable")[:limit]
    return [(places[place], float(similarities[place])) for place in best]
