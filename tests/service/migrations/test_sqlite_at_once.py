"""Processes that migrate one SQLite file at once."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service.migrations.errors import LockedError, RefusedError
from service.migrations.migration import Filled
from service.migrations.migrations import migrations
from service.migrations.run import down
from service.store.sqlite_start import prepare
from tests.service.migrations.files import (
    BASELINE,
    CONTRACT,
    EXPAND,
    MIGRATE,
    MODEL,
    database,
    file_from_before,
    ignored,
    migrate,
    models,
    start,
)


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
