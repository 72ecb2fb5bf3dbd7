"""Whatever the documents have their reader type is typed, in a fresh clone, and shows what they say.

The runbooks are walked on a service that was broken for it, in tests/runbooks.
"""

import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.documents.clone import cloned, fetching, variables
from tests.documents.document import ALONE, BY_CI, DOCUMENTS, KNOWN, LONG, NOT_RUN, Command, commands, kinds, read
from tests.documents.reader import Reader
from tests.documents.shell import Shell
from tests.documents.terminal import Terminal

KINDS = {"sh", "text", "json", "toml", "python", "yaml"}
AT_MOST = 5
"""Blocks that nobody but a reader can run."""

TYPED = {
    name: [each for each in commands(read(name)) if not each.not_run and each.note != BY_CI]
    for name in DOCUMENTS
    if not name.startswith("docs/runbooks/")
}


@pytest.fixture(scope="package")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One for all documents, as for their readers."""
    made = cloned(tmp_path_factory.mktemp("documents"))
    done = subprocess.run(
        ["make", "--silent", "setup"],  # noqa: S607 - the system's
        cwd=made, env=fetching(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    yield made
    shutil.rmtree(made)


def follow(typed: list[Command], clone: Path, folder: Path) -> None:
    """Type all of it in its order, at terminals that have nothing of ours in their environment."""
    environment = variables() | {"HOME": str(folder), "PORT": "0"}  # of ports that are free, whatever else runs here
    reader = Reader(Shell(clone, environment, home=folder))
    with ExitStack() as opened:
        for command in typed:
            if command.note == ALONE:
                terminal = Terminal(command, clone, environment, said=folder / f"said-{command.line}")
                opened.callback(terminal.end)
                terminal.shows()
            else:
                reader.type(command)


def having(*, minutes: bool) -> list[str]:
    """The documents that have something typed which takes minutes, or which does not."""
    return [name for name, typed in TYPED.items() if any((each.note == LONG) is minutes for each in typed)]


@pytest.mark.parametrize("name", having(minutes=False))
def test_what_a_document_has_typed_does_what_it_says(name: str, clone: Path, tmp_path: Path) -> None:
    follow([each for each in TYPED[name] if each.note != LONG], clone, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("name", having(minutes=True))
def test_what_takes_minutes_does_what_the_document_says(name: str, clone: Path, tmp_path: Path) -> None:
    follow(TYPED[name], clone, tmp_path)


def test_every_block_says_what_it_is() -> None:
    assert [(name, line, kind) for name in DOCUMENTS for line, kind in kinds(read(name)) if kind not in KINDS] == []


def test_every_note_is_one_that_is_understood() -> None:
    notes = [(name, each) for name in DOCUMENTS for each in commands(read(name)) if each.note not in KNOWN]
    assert [(name, each.line, each.note) for name, each in notes if not each.note.startswith(NOT_RUN)] == []


def test_few_blocks_are_for_a_reader_alone_and_each_has_its_reason() -> None:
    reasons = [each.not_run for name in DOCUMENTS for each in commands(read(name)) if each.note.startswith(NOT_RUN)]
    assert len(reasons) <= AT_MOST
    assert all(reasons)


def test_what_ci_is_said_to_run_it_runs() -> None:
    script = read(".ci/run").splitlines()
    typed = [line for name in DOCUMENTS for each in commands(read(name)) if each.note == BY_CI for line in _lines(each)]
    assert typed
    assert [line for line in typed if line not in script] == []


def _lines(command: Command) -> list[str]:
    return [shlex.join(shlex.split(line, comments=True)) for line in command.text.splitlines()]
