"""Options that several commands share."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.show.output import Output

OutputsFile = Annotated[
    Path, typer.Option("--outputs-file", help="What `cdk deploy --outputs-file` writes.", dir_okay=False)
]
OutputOption = Annotated[Output, typer.Option("--output", help="For people, or for programs.", case_sensitive=False)]
AnyOutputOption = Annotated[
    Output | None,
    typer.Option("--output", help="For people (default on a terminal), or for programs.", case_sensitive=False),
]
CdkContextOption = Annotated[
    list[str] | None, typer.Option("-c", "--cdk-context", metavar="KEY=VALUE", help="CDK context; may be given again.")
]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
WaitOption = Annotated[
    float,
    typer.Option("--timeout", min=1, metavar="SECONDS", help="How long it may take to be healthy."),
]


def ask_first(question: str) -> None:
    """Go on only when a person says yes. Raises OperationError when there is none to ask, or it is a no."""
    if not sys.stdin.isatty():
        raise OperationError(f"{question} Nobody can be asked here; pass --yes.", Exit.USAGE)
    try:
        agreed = typer.confirm(question, err=True)
    except typer.Abort:  # Ctrl-C, or the end of the input
        raise OperationError("Nothing was done.", Exit.INTERRUPTED) from None
    if not agreed:
        raise OperationError("Nothing was done.", Exit.REFUSED)
