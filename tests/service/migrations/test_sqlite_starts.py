"""What a start of the service does with its SQLite file, new or from before."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from service.migrations.errors import RefusedError
from service.migrations.migration import register_migration
from service.migrations.migrations import migrations
from tests.service.migrations.files import (
    DEMANDING,
    KilledError,
    content,
    database,
    file_from_before,
    killed,
    models,
    module,
    start,
)


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
