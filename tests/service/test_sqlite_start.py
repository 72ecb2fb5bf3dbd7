import os
import random
import sqlite3
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from service.store.errors import StoreUnusableError
from service.store.sqlite_event_schema import SCHEMA as EVENTS
from service.store.sqlite_start import prepare

NOBODY = 65534
SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
"""


def test_a_missing_file_is_created_with_its_tables(tmp_path: Path) -> None:
    prepare(str(tmp_path / "store.sqlite3"), SCHEMA)
    with closing(sqlite3.connect(tmp_path / "store.sqlite3")) as connection:
        assert connection.execute("SELECT count(*) FROM documents").fetchone() == (0,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_what_is_stored_survives_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    prepare(str(path), SCHEMA)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("INSERT INTO documents (id, title, text) VALUES ('d1', 'title', 'text')")
    prepare(str(path), SCHEMA)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT id FROM documents").fetchall() == [("d1",)]


def test_instances_that_start_at_once_take_turns(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        for number in range(5):
            path = str(tmp_path / f"store-{number}.sqlite3")
            list(threads.map(lambda schema, path=path: prepare(path, schema), [SCHEMA, EVENTS] * 4))


def test_a_file_that_is_no_database_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(b"these are my notes, " * 500)
    with pytest.raises(StoreUnusableError, match=r"notes\.txt is not usable as database: file is not a database"):
        prepare(str(path), SCHEMA)
    assert path.read_bytes() == b"these are my notes, " * 500
    assert sorted(tmp_path.iterdir()) == [path]


def test_a_damaged_database_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    prepare(str(path), SCHEMA)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executemany(
            "INSERT INTO documents (id, title, text) VALUES (?, 'title', ?)",
            [(f"d{i}", "text " * 200) for i in range(300)],
        )
    damaged = bytearray(path.read_bytes())
    damaged[4096 * 20 : 4096 * 40] = random.Random(1).randbytes(4096 * 20)
    path.write_bytes(damaged)
    with pytest.raises(StoreUnusableError, match=r"store\.sqlite3 is not usable as database: it is damaged"):
        prepare(str(path), SCHEMA)
    assert path.read_bytes() == damaged


def test_a_file_too_large_to_be_checked_in_time_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.store.sqlite_start.CHECKED_FOR", -1.0)
    monkeypatch.setattr("service.store.sqlite_start.CHECK_STEPS", 1)
    for _ in range(2):
        prepare(str(tmp_path / "store.sqlite3"), SCHEMA)


def test_another_programs_database_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite3"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE documents (something_else TEXT)")
    before = path.read_bytes()
    with pytest.raises(StoreUnusableError, match="another program"):
        prepare(str(path), SCHEMA)
    assert path.read_bytes() == before


def test_a_path_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusableError, match="unable to open database file"):
        prepare(str(tmp_path / "missing" / "store.sqlite3"), SCHEMA)


@contextmanager
def as_an_ordinary_user() -> Iterator[None]:
    """Root may write what is read-only."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(before)


@pytest.mark.parametrize("folder_mode", [0o777, 0o555])
def test_a_read_only_database_is_refused_and_left_as_it_was(folder_mode: int) -> None:
    with tempfile.TemporaryDirectory() as name:  # not tmp_path, whose parents are closed to other users
        folder, path = Path(name), Path(name) / "store.sqlite3"
        prepare(str(path), SCHEMA)
        before = path.read_bytes()
        path.chmod(0o444)
        folder.chmod(folder_mode)
        with (
            as_an_ordinary_user(),
            pytest.raises(StoreUnusableError, match=r"store\.sqlite3 is not usable as database"),
        ):
            prepare(str(path), SCHEMA)
        folder.chmod(0o755)
        assert path.read_bytes() == before
