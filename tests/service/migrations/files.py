"""SQLite files as migrations leave them, and databases to migrate."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from service.migrations.migration import Migration
from service.migrations.migrations import migrations
from service.migrations.run import up
from service.migrations.sqlite_database import SqliteDatabase
from service.store.sqlite_start import prepare

MODEL = "model-1"


@contextmanager
def database(path: Path, *, model: str = MODEL, patience: float = 60.0) -> Iterator[SqliteDatabase]:
    prepare(str(path), "")
    opened = SqliteDatabase(str(path), embedding_model=model, patience=timedelta(seconds=patience))
    try:
        yield opened
    finally:
        opened.close()


def migrate(path: Path, todo: Sequence[Migration] | None = None) -> None:
    """Every migration of the service, or those given."""
    with database(path) as opened:
        up(opened, migrations() if todo is None else todo, told=lambda _: None, sleep=lambda _: None)
