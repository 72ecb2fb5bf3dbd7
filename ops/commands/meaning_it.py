"""Asking a person whether something severe is meant."""

import sys

import typer

from ops.errors import OperationError
from ops.exit_codes import Exit


def somebody_there(danger: str) -> None:
    """Go on only where there is a person to ask. Raises OperationError."""
    if not sys.stdin.isatty():
        raise OperationError(f"{danger} Nobody can be asked here whether that is meant; pass --yes.", Exit.USAGE)


def type_it(name: str, where: str) -> None:
    """Go on only when that person types a name. Raises OperationError."""
    try:
        typed = str(typer.prompt(f"Type {name} to do this on {where}", err=True)).strip()
    except typer.Abort:  # Ctrl-C, or the end of the input
        raise OperationError("Nothing was done.", Exit.INTERRUPTED) from None
    if typed != name:
        raise OperationError(f"{typed} is not {name}; nothing was done.", Exit.REFUSED)
