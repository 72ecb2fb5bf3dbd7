"""What every document database does."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from service.store.documents import Document, DocumentStore, Vector
from service.store.dynamo import dynamo
from service.store.dynamo_documents import DynamoDocumentStore
from service.store.errors import StoreUnusableError
from service.store.sqlite_documents import SqliteDocumentStore
from tests.service.migrations.files import MODEL, migrate
from tests.service.store.aws import CONFIG
from tests.service.store.conftest import sqlite_file


@pytest.fixture(params=["sqlite", "dynamodb"])
async def documents(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[DocumentStore]:
    migrate(tmp_path / "ballast.sqlite3")
    made: DocumentStore = SqliteDocumentStore(sqlite_file(tmp_path), model=MODEL)
    if request.param == "dynamodb":
        request.getfixturevalue("aws")
        made = DynamoDocumentStore(dynamo(CONFIG), "documents", model=MODEL)
    await made.open()
    yield made
    await made.close()


def vector(*values: float) -> Vector:
    return np.array(values, dtype=np.float32)


async def add(documents: DocumentStore, number: int, *local: float) -> None:
    document = Document(f"d{number}", f"title {number}", f"text {number}")
    await documents.add(document, lambda: vector(*(local or (1, 0))))


async def test_a_document_is_read_as_it_was_stored(documents: DocumentStore) -> None:
    odd = Document("d1", "Ünïcödé \x00 'quoted'", "line\nline")
    await documents.add(odd, lambda: vector(1, 0))
    await documents.check()
    assert await documents.read("d1") == odd
    assert await documents.read("d2") is None


async def test_a_document_may_be_empty_and_named_like_anything(documents: DocumentStore) -> None:
    odd = Document("embeddings", "", "")
    await documents.add(odd, lambda: vector(1, 0))
    assert await documents.read("embeddings") == odd


async def test_storing_a_document_again_changes_nothing(documents: DocumentStore) -> None:
    for text in ("first", "second"):
        again = Document("d1", "title", text)
        await documents.add(again, lambda: vector(1, 0))
    stored = await documents.read("d1")
    assert stored is not None
    assert stored.text == "first"
    assert len(await documents.nearest_locally(vector(1, 0), 10)) == 1


async def test_the_nearest_documents_come_nearest_first(documents: DocumentStore) -> None:
    for number, angle in enumerate((0.0, 0.5, 1.0, 1.5)):
        await add(documents, number)
        await documents.store_embedding(f"d{number}", 3 * vector(np.cos(angle), np.sin(angle)))
    await add(documents, 9)  # not embedded by the provider yet
    found = await documents.nearest_by_provider(vector(0, 2), 2)
    assert [(match.id, match.title) for match in found] == [("d3", "title 3"), ("d2", "title 2")]
    assert [match.similarity for match in found] == pytest.approx([np.sin(1.5), np.sin(1.0)], abs=1e-6)


async def test_local_and_provider_embeddings_are_never_compared(documents: DocumentStore) -> None:
    await add(documents, 1)
    await documents.store_embedding("d1", vector(0, 1))
    (locally,) = await documents.nearest_locally(vector(1, 0), 1)
    (by_provider,) = await documents.nearest_by_provider(vector(1, 0), 1)
    assert (locally.similarity, by_provider.similarity) == (1, 0)


async def test_embeddings_of_another_length_are_passed_over(documents: DocumentStore) -> None:
    await add(documents, 1, 1, 0, 0)
    await add(documents, 2, 1, 0)
    assert [match.id for match in await documents.nearest_locally(vector(1, 0), 10)] == ["d2"]


async def test_an_embedding_of_a_document_that_does_not_exist_is_dropped(documents: DocumentStore) -> None:
    await documents.store_embedding("nowhere", vector(1, 0))
    assert await documents.nearest_by_provider(vector(1, 0), 10) == []


@pytest.mark.usefixtures("aws")
async def test_in_dynamodb_too_a_search_looks_at_the_newest_documents_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.store.dynamo_documents.SEARCHED", 3)
    now = [0.0]
    documents = DynamoDocumentStore(dynamo(CONFIG), "documents", model=MODEL, wall_clock=lambda: now[0])
    for number in range(5):
        now[0] = 10.0**number
        await add(documents, number)
    found = await documents.nearest_locally(vector(1, 0), 10)
    await documents.close()
    assert {match.id for match in found} == {"d2", "d3", "d4"}


@pytest.mark.usefixtures("aws")
async def test_a_table_that_does_not_exist_is_refused_at_the_start() -> None:
    documents = DynamoDocumentStore(dynamo(CONFIG), "nowhere", model=MODEL)
    with pytest.raises(StoreUnusableError, match="the table nowhere is not usable: GetItem failed: ResourceNotFound"):
        await documents.open()
    await asyncio.wait_for(documents.close(), 5)
