"""Documents in a SQLite file, and the nearest of them."""

import sqlite3

import numpy as np
import pytest

from service.store import sqlite_documents as documents
from service.store.documents import Document
from service.store.sqlite_file import SqliteFile
from tests.service.migrations.files import MODEL
from tests.service.store.sqlite.rows import document, vector


async def test_a_document_is_read_as_it_was_stored(file: SqliteFile) -> None:
    odd = Document("d1", "Ünïcödé \x00 'quoted'", "line\nline")
    await file.run(lambda connection: documents.insert_document(connection, odd, vector(1, 0)))
    assert await file.run(lambda connection: documents.read_document(connection, "d1")) == odd
    assert await file.run(lambda connection: documents.read_document(connection, "d2")) is None


async def test_storing_a_document_again_changes_nothing(file: SqliteFile) -> None:
    for text in ("first", "second"):
        again = Document("d1", "title", text)
        await file.run(lambda connection, again=again: documents.insert_document(connection, again, vector(1, 0)))  # type: ignore[misc]
    stored = await file.run(lambda connection: documents.read_document(connection, "d1"))
    assert stored is not None
    assert stored.text == "first"


async def test_the_nearest_documents_come_nearest_first(file: SqliteFile) -> None:
    def prepare(connection: sqlite3.Connection) -> None:
        for number, angle in enumerate((0.0, 0.5, 1.0, 1.5)):
            documents.insert_document(connection, document(number), vector(1, 0))
            documents.store_embedding(connection, f"d{number}", 3 * vector(np.cos(angle), np.sin(angle)), MODEL)
        documents.insert_document(connection, document(9), vector(1, 0))  # not embedded by the provider yet

    await file.run(prepare)
    found = await file.run(lambda connection: documents.nearest_by_provider(connection, vector(0, 2), 2, MODEL))
    assert [(match.id, match.title) for match in found] == [("d3", "title 3"), ("d2", "title 2")]
    assert [match.similarity for match in found] == pytest.approx([np.sin(1.5), np.sin(1.0)], abs=1e-6)


async def test_local_and_provider_embeddings_are_never_compared(file: SqliteFile) -> None:
    def prepare(connection: sqlite3.Connection) -> None:
        documents.insert_document(connection, document(1), vector(1, 0))
        documents.store_embedding(connection, "d1", vector(0, 1), MODEL)

    await file.run(prepare)
    (locally,) = await file.run(lambda connection: documents.nearest_locally(connection, vector(1, 0), 1))
    (by_provider,) = await file.run(
        lambda connection: documents.nearest_by_provider(connection, vector(1, 0), 1, MODEL)
    )
    assert (locally.similarity, by_provider.similarity) == (1, 0)


async def test_embeddings_of_another_length_are_passed_over(file: SqliteFile) -> None:
    def prepare(connection: sqlite3.Connection) -> None:
        documents.insert_document(connection, document(1), vector(1, 0, 0))
        documents.insert_document(connection, document(2), vector(1, 0))

    await file.run(prepare)
    found = await file.run(lambda connection: documents.nearest_locally(connection, vector(1, 0), 10))
    assert [match.id for match in found] == ["d2"]


async def test_a_search_looks_at_the_newest_documents_alone(file: SqliteFile) -> None:
    def prepare(connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO documents (id, title, text) VALUES (?, '', '')", [(f"d{i}",) for i in range(1001)]
        )
        connection.execute(
            "INSERT INTO document_embeddings (sequence, local) SELECT sequence, ? FROM documents",
            (vector(1, 0).tobytes(),),
        )
        connection.execute("COMMIT")

    await file.run(prepare)
    found = await file.run(lambda connection: documents.nearest_locally(connection, vector(1, 0), 2000))
    assert len(found) == 1000
    assert "d0" not in {match.id for match in found}
