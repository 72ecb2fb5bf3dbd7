"""The documents, and their embeddings, in SQLite."""

import sqlite3
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from service.store.sqlite_file import immediate

Vector: TypeAlias = NDArray[np.float32]

SEARCHED = 1000
"""Documents that a search looks at, the newest; beyond this a vector index would do the work."""

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
    size = near.nbytes  # an embedding of another length stems from another model's settings: not comparable
    rows = [row for row in connection.execute(newest, (SEARCHED,)) if len(row[1]) == size]
    if not rows:
        return []
    embeddings = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f4").reshape(len(rows), -1)
    lengths = np.linalg.norm(embeddings, axis=1) * np.linalg.norm(near)
    similarities = embeddings @ near / np.maximum(lengths, np.finfo(np.float32).tiny)
    best = np.argsort(-similarities, kind="stable")[:limit]
    found = []
    for place in best:
        row = connection.execute("SELECT id, title FROM documents WHERE sequence = ?", (rows[place][0],)).fetchone()
        found.append(Match(row[0], row[1], float(similarities[place])))
    return found
