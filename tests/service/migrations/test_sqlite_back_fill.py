"""Embeddings in a SQLite file are given the name of their model, batch by batch, while it is in use."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from service.migrations.errors import NotCompleteError, RefusedError
from service.migrations.ledger import Record
from service.migrations.run import up
from service.store.documents import Document
from service.store.sqlite_documents import SqliteDocumentStore
from tests.service.migrations.files import (
    BASELINE,
    CONTRACT,
    EXPAND,
    MIGRATE,
    MODEL,
    database,
    embedded_by_the_version_before,
    file_from_before,
    ignored,
    migrate,
    models,
    start,
)
from tests.service.store.conftest import sqlite_file


def stopped_after(batches: int) -> tuple[Callable[[Record], None], Callable[[], bool]]:
    """Watches, and asks to stop after some batches."""
    seen: list[Record] = []
    return seen.append, lambda: len(seen) >= batches


def test_a_back_fill_stopped_after_any_batch_goes_on_from_there(path: Path) -> None:
    file_from_before(path, documents=25, embedded=25)
    migrate(path, [BASELINE, EXPAND])
    named = []
    for _ in range(7):
        told, stopped = stopped_after(1)
        with database(path) as opened:
            complete = up(opened, [MIGRATE], told=told, limit=4, stopped=stopped)
        named.append(models(path).count(MODEL))
    assert (named, complete) == ([4, 8, 12, 16, 20, 24, 25], True)
    with database(path) as opened:
        record = opened.records()[-1]
    assert (record.complete, record.seen, record.changed) == (True, 25, 25)


def test_half_of_the_time_is_left_to_those_who_serve(path: Path) -> None:
    file_from_before(path, documents=10, embedded=10)
    now = [0.0]
    slept: list[float] = []

    def clock() -> float:
        now[0] += 1.5  # a batch takes this long
        return now[0]

    with database(path) as opened:
        up(opened, [BASELINE, EXPAND, MIGRATE], told=ignored, limit=4, clock=clock, sleep=slept.append)
    assert slept == [1.5, 1.5]


def test_a_back_fill_goes_on_with_the_model_that_it_began_with(path: Path) -> None:
    file_from_before(path)
    told, stopped = stopped_after(3)
    with database(path) as opened:
        assert not up(opened, [BASELINE, EXPAND, MIGRATE], told=told, limit=1, stopped=stopped)
    with (
        database(path, model="model-2") as opened,
        pytest.raises(RefusedError, match="EMBEDDING_MODEL is model-2; expec"),
    ):
        up(opened, [MIGRATE], told=ignored)
    assert models(path) == [MODEL, None]


def test_what_a_version_before_stores_after_the_back_fill_is_found_by_the_contract(path: Path) -> None:
    file_from_before(path)
    migrate(path, [BASELINE, EXPAND, MIGRATE])
    embedded_by_the_version_before(path, "d2")
    with (
        database(path) as opened,
        pytest.raises(NotCompleteError, match=r"1 embeddings do not say their model.*an older version is running"),
    ):
        up(opened, [CONTRACT], told=ignored)
    with database(path) as opened:
        assert [(record.number, record.complete) for record in opened.records()] == [(1, True), (2, True), (3, False)]
    migrate(path, [MIGRATE, CONTRACT])
    assert models(path) == [MODEL] * 3


def test_after_the_contract_a_version_before_stores_no_embedding_and_reads_on(path: Path) -> None:
    file_from_before(path)
    migrate(path)
    with pytest.raises(sqlite3.IntegrityError, match="has to say its model, since migration 0004"):
        embedded_by_the_version_before(path, "d2")
    assert models(path) == [MODEL] * 2


async def test_embeddings_of_different_models_are_not_compared_and_those_without_a_name_are(path: Path) -> None:
    file_from_before(path, documents=1, embedded=1)
    start(path)
    near = np.ones(2, dtype=np.float32)
    found = {}
    for number, model in enumerate(("model-1", "model-2")):
        store = SqliteDocumentStore(sqlite_file(path.parent), model=model)
        await store.open()
        await store.add(Document(f"new-{number}", "title", "text"), lambda: near)
        await store.store_embedding(f"new-{number}", near)
        found[model] = {match.id for match in await store.nearest_by_provider(near, 10)}
        await store.close()
    assert found == {"model-1": {"d0", "new-0"}, "model-2": {"d0", "new-1"}}
