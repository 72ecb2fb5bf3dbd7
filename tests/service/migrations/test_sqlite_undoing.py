"""What fails, or is undone, leaves a SQLite file as it was."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from service.migrations.errors import FailedError, RefusedError
from service.migrations.migration import register_migration
from service.migrations.run import down, up
from tests.service.migrations.files import (
    CONTRACT,
    EXPAND,
    FAILING,
    MIGRATE,
    MODEL,
    content,
    database,
    file_from_before,
    ignored,
    migrate,
    models,
    module,
)

ITS_LINE = 10  # of the file


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


def test_the_names_are_not_dropped_where_that_mixes_models(path: Path) -> None:
    file_from_before(path)
    migrate(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE document_embeddings SET model = 'model-2' WHERE sequence = 1")
    with database(path) as opened, pytest.raises(RefusedError, match="by the models model-1, model-2; expected one"):
        down(opened, [EXPAND, MIGRATE, CONTRACT], told=ignored)
    assert models(path) == ["model-2", MODEL]
