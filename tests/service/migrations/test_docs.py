"""docs/migrations.md shows a migration that works."""

import re
from pathlib import Path

from service.migrations.migration import register_migration
from service.migrations.migrations import migrations
from service.migrations.run import down
from tests.service.migrations.files import content, database, migrate, module
from tests.service.process import ROOT

DOCS = (ROOT / "docs" / "migrations.md").read_text(encoding="utf-8")


def test_the_migration_that_is_shown_can_be_applied_and_undone(tmp_path: Path) -> None:
    (shown,) = re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL)
    migration = register_migration(module(tmp_path, "m0005_name", shown))
    path = tmp_path / "ballast.sqlite3"
    migrate(path)
    before = content(path)
    migrate(path, [migration])
    assert any("language TEXT" in line for line in content(path))
    with database(path) as opened:
        down(opened, [migration], told=lambda _: None)
    assert content(path) == before


def test_each_migration_is_described() -> None:
    described = re.findall(r"^\| \[(\d{4})\]\(\.\./service/migrations/(\w+)\.py\) \| (\w+) \|", DOCS, re.MULTILINE)
    assert described == [(f"{m.number:04}", m.file.stem, m.phase) for m in migrations()]
