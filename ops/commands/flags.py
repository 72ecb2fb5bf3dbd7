"""`ops flags`: what features do, and for whom."""

import time
from typing import Annotated

import typer

from ops.changes.change import Change
from ops.changes.levers import flag as override
from ops.commands.asked import opened
from ops.commands.change_command import change_command
from ops.commands.names import flags as known_flags
from ops.commands.options import AnyOutputOption
from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.readings.modes import flags
from ops.show.output import Output, as_json, chosen
from ops.show.table import print_table
from ops.show.tables import FLAGS, flag_rows

app = typer.Typer(help="Feature flags: list them, override one, or leave it to the environment.", no_args_is_help=True)
FlagArgument = Annotated[str, typer.Argument(autocompletion=known_flags, show_default=False)]
OnOption = Annotated[bool, typer.Option("--on", help="On for everyone.")]
OffOption = Annotated[bool, typer.Option("--off", help="Off for everyone.")]
PercentageOption = Annotated[
    float | None, typer.Option(min=0, max=100, help="On for this share of the callers.", show_default=False)
]


@app.command("list")
def show(ctx: typer.Context, *, output: AnyOutputOption = None) -> None:
    """The flags, and why each has the value that it has."""
    with opened(ctx) as target:
        answer = target.read("/api/observability/flags")
        if chosen(output) is Output.JSON:
            as_json(answer.document)
            return
        print_table(FLAGS, flag_rows(flags(answer.fields), time.time()), empty="There is no flag.")


@app.command("set")
@change_command(may_end=True)
def set_(
    flag: FlagArgument, *, on: OnOption = False, off: OffOption = False, percentage: PercentageOption = None
) -> Change:
    """Override a flag on every instance: --on, --off, or --percentage."""
    if on + off + (percentage is not None) != 1:
        raise OperationError("Say what the flag is to be: one of --on, --off and --percentage.", Exit.USAGE)
    return override(flag, value=on if on or off else None, percentage=percentage)


@app.command()
@change_command()
def clear(flag: FlagArgument) -> Change:
    """Leave a flag to the environment again."""
    return override(flag, value=None, percentage=None)
