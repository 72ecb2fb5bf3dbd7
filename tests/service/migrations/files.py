"""SQLite files as migrations leave them, and databases to migrate."""

import importlib.util
import sqlite3
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import numpy as np

from service.migrations.migration import Filled, Migration
from service.migrations.migrations import migrations
from service.migrations.run import at_start, up
from service.migrations.sqlite_database import SqliteDatabase
from service.store.sqlite_start import prepare

MODEL = "model-1"
BASELINE, EXPAND, MIGRATE, CONTRACT = migrations()


@contextmanager
def database(path: Path, *, model: str = MODEL, patience: float = 60.0) -> Iterator[SqliteDatabase]:
    prepare(str(path), "")
    opened = SqliteDatabase(str(path), embedding_model=model, patience=timedelta(seconds=patience))
    try:
        yield opened
    finally:
        opened.close()


def ignored(_: object) -> None:
    """What is told is not looked at."""


def migrate(path: Path, todo: Sequence[Migration] | None = None) -> None:
    """Every migration of the service, or those given."""
    with database(path) as opened:
        up(opened, migrations() if todo is None else todo, told=ignored, sleep=lambda _: None)


def start(path: Path, known: tuple[Migration, ...] = migrations()) -> list[str]:
    """What a start of the service does; what it warns of."""
    with database(path) as opened:
        return at_start(opened, known, told=ignored)


class KilledError(BaseException):
    """What nobody catches, as a process that is killed does nothing any more."""


def killed(*_: object) -> Filled:
    """The step of a migration in which the process is killed."""
    raise KilledError


DEMANDING = """
    from service.migrations.migration import Phase

    PHASE = Phase.CONTRACT


    def up(on):
        pass


    def down(on):
        pass
"""
"""A contract of a later version."""

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
"""One that adds, with a line of its own, which may fail."""

BEFORE = """
CREATE TABLE documents (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE TABLE document_embeddings (
    sequence INTEGER PRIMARY KEY REFERENCES documents,
    local BLOB NOT NULL,
    provider BLOB
) STRICT;
"""
"""The tables of documents as the last version without migrations made them."""


def file_from_before(path: Path, *, documents: int = 3, embedded: int = 2) -> None:
    """A file of the last version without migrations; the first of its documents have the provider's embedding."""
    prepare(str(path), BEFORE)
    vector = np.ones(2, dtype=np.float32).tobytes()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO documents (id, title, text) VALUES (?, 'title', 'text')",
            [(f"d{n}",) for n in range(documents)],
        )
        connection.execute("INSERT INTO document_embeddings SELECT sequence, ?, NULL FROM documents", (vector,))
        connection.execute("UPDATE document_embeddings SET provider = ? WHERE sequence <= ?", (vector, embedded))


def embedded_by_the_version_before(path: Path, document_id: str) -> None:
    """The statement with which the last version without migrations stores an embedding."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(
            "UPDATE document_embeddings SET provider = ?"
            " WHERE sequence = (SELECT sequence FROM documents WHERE id = ?)",
            (np.ones(2, dtype=np.float32).tobytes(), document_id),
        )


def models(path: Path) -> list[str | None]:
    """The models of the embeddings of the provider, in the order of documents."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT model FROM document_embeddings WHERE provider IS NOT NULL ORDER BY sequence")
        return [row[0] for row in rows]


def content(path: Path) -> list[str]:
    """The whole file as statements."""
    with closing(sqlite3.connect(path)) as connection:
        return [*connection.iterdump()]


def module(folder: Path, name: str, text: str) -> ModuleType:
    """A migration's file, imported."""
    file = folder / f"{name}.py"
    file.write_text(textwrap.dedent(text), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made
