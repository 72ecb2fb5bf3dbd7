"""docs/migrations.md shows what the commands say."""

import re
import shlex
from pathlib import Path

import pytest

from service.__main__ import main
from service.migrations.migration import register_migration
from service.migrations.migrations import migrations
from service.migrations.run import down
from tests.service.migrations.files import content, database, file_from_before, migrate, module
from tests.service.process import ROOT

DOCS = (ROOT / "docs" / "migrations.md").read_text(encoding="utf-8")


def timeless(text: str) -> str:
    return re.sub(r'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC|(?<="at": )[\d.]+', "…", text)


def test_each_command_that_is_shown_says_what_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    file_from_before(Path("ballast.sqlite3"), documents=1000, embedded=900)
    (shown,) = re.findall(r"```console\n(.*?)```", DOCS, re.DOTALL)
    said = ""
    commands = re.findall(r"^\$ python -m service (.*)$", shown, re.MULTILINE)
    for command in commands:
        main(shlex.split(command), {})
        out, err = capsys.readouterr()
        said += f"$ python -m service {command}\n{out}{err}"
    assert timeless(said) == timeless(shown)
    assert len(commands) == 10


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
