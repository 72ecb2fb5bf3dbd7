"""`ops`, or `python -m ops`: the operators' command line."""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Annotated

import typer

from ops.commands import breakers, context, dead_letters, flags, rollout
from ops.commands.agents import quarantine, release
from ops.commands.audit import audit
from ops.commands.instances import instances
from ops.commands.modes import MODES, switching
from ops.commands.names import context_names
from ops.commands.on_demand import OnDemand
from ops.commands.status import status
from ops.commands.watch import watch
from ops.errors import OperationError
from ops.show.output import warn
from ops.target.context import LOCAL
from ops.target.errors import TargetDownError
from ops.variables import misspelt

app = typer.Typer(
    name="ops",
    cls=OnDemand,
    help="Operate what Ballast has deployed.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
COMMANDS: Mapping[str, Mapping[str, Callable[..., None] | typer.Typer]] = {
    "Look": {"status": status, "watch": watch, "instances": instances, "audit": audit, "context": context.app},
    "Act on every instance": {
        **{mode: switching(mode) for mode in MODES},
        "quarantine": quarantine,
        "quarantine-agent": quarantine,
        "release": release,
        "rollout": rollout.app,
        "breakers": breakers.app,
        "flags": flags.app,
        "dead-letters": dead_letters.app,
        "drain-dlq": dead_letters.redrive,
    },
}
DOWN = (
    "Is the address right? `ops context list` tells it. If it is, start the service; meanwhile a change with --local "
    "is made in its store."
)
"""The next step where nobody answers."""

for panel, commands in COMMANDS.items():
    for name, command in commands.items():
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name, rich_help_panel=panel)
        else:
            app.command(name, rich_help_panel=panel)(command)


@app.callback()
def _root(
    context: Annotated[  # noqa: ARG001 - the commands ask for it
        str,
        typer.Option(
            envvar="BALLAST_CONTEXT",
            metavar="NAME",
            help="The service to work on: `ops context list`.",
            autocompletion=context_names,
        ),
    ] = LOCAL,
) -> None:
    """Operate what Ballast has deployed."""
    warn(misspelt(os.environ))


def main() -> None:
    """Run a command; an error is a sentence and an exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that what a command began is taken back
    try:
        app(prog_name="ops")
    except TargetDownError as error:
        sys.stderr.write(f"{error}\n{DOWN}\n")
        sys.exit(error.exit_code)
    except OperationError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
