"""Commands that are imported when they are asked for."""

import importlib
from collections.abc import Callable, Mapping
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from ops.errors import OperationError
from ops.exit_codes import Exit

PANEL = "Deploy"
CONTEXT = "--context"
COMMANDS: Mapping[str, str] = {
    "deploy": "ops.commands.deploy",
    "verify-deployment": "ops.commands.verify_deployment",
    "rollback": "ops.commands.rollback",
}
"""Those that ask AWS, whose client takes longer to import than all else; each module has a function of that name."""


class OnDemand(TyperGroup):
    """A group that has them besides its own."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer keeps the type to itself
        """As of any group; who gives `--context` after the command is told where it stands."""
        rest = super().parse_args(ctx, args)
        after = [word.partition("=")[0] for word in ctx.args]
        if CONTEXT in after and not ctx.resilient_parsing:
            raise OperationError(f"{CONTEXT} stands before the command: ops {CONTEXT} NAME COMMAND.", Exit.USAGE)
        return rest

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - as above
        """All names, its own first."""
        return [*super().list_commands(ctx), *COMMANDS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - as above
        """A command by its name; None when there is none."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        function: Callable[..., None] = getattr(importlib.import_module(COMMANDS[cmd_name]), cmd_name.replace("-", "_"))
        alone = typer.Typer(add_completion=False, context_settings={"help_option_names": ["-h", "--help"]})
        alone.command(cmd_name, rich_help_panel=PANEL)(function)
        return get_command(alone)
