"""What a SQLite file remembers of its migrations is held against those that this version knows."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from service.migrations.errors import RefusedError
from service.migrations.migration import register_migration
from service.migrations.migrations import migrations
from tests.service.migrations.files import (
    BASELINE,
    CONTRACT,
    EXPAND,
    FAILING,
    MIGRATE,
    file_from_before,
    migrate,
    module,
    start,
)


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
