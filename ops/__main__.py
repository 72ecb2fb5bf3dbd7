"""`ops`, or `python -m ops`: the operators' command line."""

import signal
import sys

import typer

from ops.commands.deploy import deploy
from ops.commands.rollback import rollback
from ops.commands.verify_deployment import verify_deployment
from ops.errors import OperationError

app = typer.Typer(
    name="ops",
    help="Operate what Ballast has deployed.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (deploy, verify_deployment, rollback):
    app.command()(command)


@app.callback()
def _root() -> None:
    """Operate what Ballast has deployed."""


def main() -> None:
    """Run a command; an error is a sentence and an exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that what a command began is taken back
    try:
        app()
    except OperationError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
