"""A SQLite file with every table of documents and events."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service.store.sqlite_event_schema import SCHEMA
from service.store.sqlite_file import SqliteFile
from tests.service.migrations.files import migrate
from tests.service.store.conftest import sqlite_file


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[SqliteFile]:
    migrate(tmp_path / "ballast.sqlite3")
    opened = sqlite_file(tmp_path, busy_timeout=0.2)
    await opened.open(SCHEMA)
    yield opened
    await opened.close()


@pytest.fixture
async def narrow(tmp_path: Path) -> AsyncIterator[SqliteFile]:
    """With one thread."""
    migrate(tmp_path / "ballast.sqlite3")
    opened = sqlite_file(tmp_path, busy_timeout=0.2, threads=1)
    yield opened
    await opened.close()
