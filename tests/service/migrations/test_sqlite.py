"""Migrations of real SQLite files."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from service.migrations.errors import FailedError, LockedError, NotCompleteError, RefusedError
from service.migrations.ledger import Record
from service.migrations.migration import Filled, Migration, register_migration
from service.migrations.migrations import migrations
from service.migrations.run import at_start, down, up
from service.store.documents import Document
from service.store.sqlite_documents import SqliteDocumentStore
from service.store.sqlite_start import prepare
from tests.service.migrations.files import (
    DEMANDING,
    MODEL,
    KilledError,
    content,
    database,
    embedded_by_the_version_before,
    file_from_before,
    killed,
    migrate,
    models,
    module,
)
from tests.service.store.conftest import sqlite_file

BASELINE, EXPAND, MIGRATE, CONTRACT = migrations()
FAILING = """
    from service.migrations.migration import Phase

    PHASE = Phase.EXPAND


    def up(on):
        on.execute("CREATE TABLE notes (text TEXT)")
        on.execute("INSERT INTO documents (id, title, text) VALUES ('d9', '', '')")
        {line}


    def down(on):
        on.execute("DROP TABLE notes")
"""
ITS_LINE = 10  # of the file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ballast.sqlite3"


def ignored(_: object) -> None:
    """What is told is not looked at."""


def stopped_after(batches: int) -> tuple[Callable[[Record], None], Callable[[], bool]]:
    """Watches, and asks to stop after some batches."""
    seen: list[Record] = []
    return seen.append, lambda: len(seen) >= batches


def start(path: Path, known: tuple[Migration, ...] = migrations(), *, model: str = MODEL) -> list[str]:
    with database(path, model=model) as opened:
        return at_start(opened, known, told=ignored)


def test_a_new_file_gets_all_at_the_start(path: Path) -> None:
    assert start(path) == []
    with database(path) as opened:
        assert [(record.number, record.complete) for record in opened.records()] == [(n, True) for n in (1, 2, 3, 4)]


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_first_start_that_was_killed_goes_on_at_the_next(path: Path, number: int) -> None:
    known = tuple(replace(each, step=killed) if each.number == number else each for each in migrations())
    with pytest.raises(KilledError):
        start(path, known)
    assert start(path) == []
    with database(path) as opened:
        assert [record.complete for record in opened.records()] == [True] * 4


def test_a_file_that_an_earlier_version_has_started_with_waits_for_the_command_though_it_is_empty(path: Path) -> None:
    start(path)
    demanding = register_migration(module(path.parent, "m0005_demanding", DEMANDING))
    assert start(path, (*migrations(), demanding)) == ["0005 demanding (contract): for `python -m service migrate up`"]
    assert start(path) == []


def test_first_starts_at_once_begin_a_new_file_once(path: Path) -> None:
    prepare(str(path), "")
    seen: list[int] = []

    def counted(*given: Any) -> Filled:
        seen.append(1)
        return BASELINE.step(*given)

    known = (replace(BASELINE, step=counted), EXPAND, MIGRATE, CONTRACT)
    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(start, [path] * 6, [known] * 6)) == [[]] * 6
    assert seen == [1]


def test_a_start_that_comes_second_to_a_later_version_begins_nothing(path: Path) -> None:
    with database(path) as opened:
        migrate(path, [BASELINE])  # after this one has found nothing remembered
        opened.begin(migrations(), 10)
        assert [record.number for record in opened.records()] == [1]


def test_a_file_from_before_is_taken_as_it_is_and_gets_what_only_adds(path: Path) -> None:
    file_from_before(path)
    (waits,) = start(path)
    assert waits.startswith(
        "0003 embedding_model_filled (migrate), 0004 embedding_model_required (contract): for `pyth"
    )
    assert models(path) == [None, None]
    with database(path) as opened:
        assert [record.number for record in opened.records()] == [1, 2]


def test_a_file_whose_tables_are_not_ours_is_refused_and_left_as_it_was(path: Path) -> None:
    file_from_before(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE documents DROP COLUMN text")
    before = content(path)
    with pytest.raises(RefusedError, match="the table documents has no column text"):
        start(path)
    assert content(path) == before


def test_undone_and_applied_again_the_data_are_what_they_were(path: Path) -> None:
    file_from_before(path)
    before = content(path)
    migrate(path)
    after = content(path)
    assert models(path) == [MODEL, MODEL]
    with database(path) as opened:
        down(opened, [EXPAND, MIGRATE, CONTRACT], told=ignored)
    of_documents = [line for line in content(path) if "documents" in line or "embeddings" in line]
    assert of_documents == [line for line in before if "documents" in line or "embeddings" in line]
    migrate(path)
    assert [line for line in content(path) if '"migrations"' not in line] == [
        line for line in after if '"migrations"' not in line
    ]


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


def test_the_names_are_not_dropped_where_that_mixes_models(path: Path) -> None:
    file_from_before(path)
    migrate(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE document_embeddings SET model = 'model-2' WHERE sequence = 1")
    with database(path) as opened, pytest.raises(RefusedError, match="by the models model-1, model-2; expected one"):
        down(opened, [EXPAND, MIGRATE, CONTRACT], told=ignored)
    assert models(path) == ["model-2", MODEL]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('on.execute("INSERT INTO nowhere VALUES (1)")', "no such table: nowhere"),
        ('on.execute("CREATE TABL notes (text TEXT)")', 'near "TABL": syntax error'),
        ('on.execute("COMMIT")', "not authorized"),
        ('on.connection.executescript("SELECT 1; SELECT 2;")', "not authorized"),
        ("return 1 // 0", "integer division or modulo by zero"),
    ],
)
def test_a_failing_migration_leaves_the_file_as_it_was_and_names_its_line(path: Path, line: str, why: str) -> None:
    file_from_before(path)
    migrate(path)
    before = content(path)
    failing = register_migration(module(path.parent, "m0005_failing", FAILING.format(line=line)))
    with database(path) as opened, pytest.raises(FailedError) as failed:
        up(opened, [failing], told=ignored)
    assert str(failed.value) == f"{path.parent}/m0005_failing.py, line {ITS_LINE}: {why}; {path} is as it was"
    assert content(path) == before


def test_what_fails_to_be_undone_stays_applied(path: Path) -> None:
    migrate(path)
    text = FAILING.format(line="pass").replace("DROP TABLE notes", "DROP TABLE nowhere")
    failing = register_migration(module(path.parent, "m0005_failing", text))
    migrate(path, [failing])
    before = content(path)
    with database(path) as opened, pytest.raises(FailedError, match=r"line 14: no such table: nowhere"):
        down(opened, [failing], told=ignored)
    assert content(path) == before


def test_a_migration_that_was_changed_after_it_was_applied_is_refused_by_name(path: Path) -> None:
    start(path)
    changed = replace(EXPAND, checksum="0" * 64)
    with pytest.raises(RefusedError, match=r"^service/migrations/m0002_embedding_model\.py was changed after it was"):
        start(path, (BASELINE, changed, MIGRATE, CONTRACT))


def test_a_migration_in_the_place_of_an_applied_one_is_refused_by_name(path: Path) -> None:
    start(path)
    other = replace(EXPAND, name="other", file=EXPAND.file.with_name("m0002_other.py"))
    with pytest.raises(
        RefusedError, match=r"m0002_other\.py has the number of 0002 embedding_model \(expand\), which was"
    ):
        start(path, (BASELINE, other, MIGRATE, CONTRACT))


def test_one_that_was_forgotten_while_a_later_one_was_not_is_refused(path: Path) -> None:
    start(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM migrations WHERE number = 2")
    with pytest.raises(RefusedError, match="0002 embedding_model is not complete, and 0004 was begun"):
        start(path)


def test_a_version_serves_what_a_later_one_has_added_and_says_so(path: Path) -> None:
    file_from_before(path)
    migrate(path, [BASELINE, EXPAND, MIGRATE])
    assert start(path, (BASELINE,)) == [
        "0002 embedding_model (expand) was applied by a later version",
        "0003 embedding_model_filled (migrate) was applied by a later version",
    ]


def test_a_version_refuses_what_a_later_one_demands(path: Path) -> None:
    start(path)
    with pytest.raises(RefusedError, match=r"0004 .* \(contract\) was applied by a later version.*migrate down --to 2"):
        start(path, (BASELINE, EXPAND))


def test_what_only_adds_does_not_overtake_what_waits_for_the_command(path: Path) -> None:
    file_from_before(path)
    start(path)
    adding = register_migration(module(path.parent, "m0005_adding", FAILING.format(line="pass")))
    with pytest.raises(RefusedError, match=r"0005 adding comes after 0003 embedding_model_filled .*not complete; run"):
        start(path, (*migrations(), adding))


def test_what_another_process_did_meanwhile_is_not_built_upon(path: Path) -> None:
    migrate(path)
    with database(path) as opened:
        with pytest.raises(RefusedError, match=r"0002 embedding_model comes before 0003 .*has begun meanwhile"):
            opened.undo(EXPAND)
        down(opened, [EXPAND, MIGRATE, CONTRACT], told=ignored)
        with pytest.raises(RefusedError, match="0003 embedding_model_filled comes after 0002, which another process"):
            opened.step(MIGRATE, 10)


def test_another_that_writes_is_waited_for_no_longer_than_allowed(path: Path) -> None:
    start(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other, database(path, patience=0.01) as opened:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LockedError, match=r"was locked by another process for more than 0\.01 s"):
            down(opened, [CONTRACT], told=ignored)


def test_many_at_once_apply_each_migration_once(tmp_path: Path) -> None:
    for number in range(3):
        path = tmp_path / f"{number}.sqlite3"
        file_from_before(path, documents=50, embedded=50)
        with ThreadPoolExecutor(6) as threads:
            list(threads.map(migrate, [path] * 6))
        assert models(path) == [MODEL] * 50
        with database(path) as opened:
            assert [(record.complete, record.seen) for record in opened.records()] == [
                (True, 0), (True, 0), (True, 50), (True, 0),
            ]  # fmt: skip
