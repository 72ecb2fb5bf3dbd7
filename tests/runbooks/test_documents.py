"""What a runbook says can be typed, whether or not it is walked."""

import re
import shlex

import pytest
import typer
from typer.core import TyperGroup

from ops.__main__ import app
from tests.documents.document import commands
from tests.runbooks.document import FOLDER, NAMES, read

SECTIONS = ("First", "Decide", "Do", "Undo", "It is over", "Next morning")


def typed(document: str) -> list[str]:
    """Every command of `ops`: those to be walked, and those in the text."""
    walked = [line for block in commands(document) for line in re.findall(r"(?:^|\()(ops .+?)(?: \||$)", block.text)]
    return walked + re.findall(r"`(ops [^`]+)`", document)


def parse(line: str) -> None:
    """As the command line would, without doing it. Raises what it says of a command that cannot be."""
    _, *words = shlex.split(line)
    command, context = typer.main.get_command(app), None
    while isinstance(command, TyperGroup):
        context = command.make_context(command.name, words, parent=context)
        _, named, words = command.resolve_command(context, [*context._protected_args, *context.args])
        assert named is not None
        command = named
    command.make_context(command.name, words, parent=context)


def test_there_are_the_runbooks_that_alerts_name() -> None:
    assert sorted(file.stem for file in FOLDER.glob("*.md")) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_command_that_it_names_is_one_of_ops_with_these_options(name: str) -> None:
    lines = typed(read(name))
    assert len(lines) > 5
    for line in lines:
        parse(line)


@pytest.mark.parametrize(
    "line", ["ops brownuot on", "ops brownout on", "ops brownout on --reason x --yse", "ops brownout"]
)
def test_a_command_that_is_none_is_found(line: str) -> None:
    with pytest.raises(Exception, match=r"."):
        parse(line)


@pytest.mark.parametrize("name", NAMES)
def test_it_has_the_sections_in_which_one_looks_at_night_and_each_of_its_steps_shows_what_it_did(name: str) -> None:
    document = read(name)
    assert tuple(re.findall(r"^## (.+)$", document, re.MULTILINE)) == SECTIONS
    steps = [int(step) for step in re.findall(r"^(\d)\. ", document, re.MULTILINE)]
    assert steps == list(range(1, len(steps) + 1))
    assert [block.text for block in commands(document) if block.changes and not block.shown] == []
