"""What every change takes."""

from collections.abc import Iterator

from typer.core import TyperGroup
from typer.main import get_command

from ops.__main__ import app


def options_of_changes(group: TyperGroup) -> Iterator[tuple[str, list[str]]]:
    """The options of each command that wants a reason."""
    for name in group.commands:
        command = group.commands[name]
        if isinstance(command, TyperGroup):
            yield from options_of_changes(command)
            continue
        options = [option for parameter in command.params for option in parameter.opts]
        if "--reason" in options:
            yield name, options


def test_every_change_takes_yes_and_a_dry_run_also_where_nothing_is_asked() -> None:
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    changes = dict(options_of_changes(group))
    assert {"brownout", "release", "set", "clear", "redrive", "pause"} <= set(changes)
    assert [name for name, options in changes.items() if not {"--yes", "--dry-run"} <= set(options)] == []
