"""The target that a command line names."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import typer

from ops.errors import OperationError
from ops.target import contexts_file
from ops.target.context import LOCAL, Context, operator
from ops.target.contexts_file import Contexts
from ops.target.errors import RefusedError
from ops.target.target import TIMEOUT, Target
from ops.target.tokens import Tokens

FORBIDDEN = 403


def contexts() -> Contexts:
    """Those of this person. Raises OperationError."""
    return contexts_file.read(os.environ, Path.home())


def context_named(ctx: typer.Context) -> Context:
    """The context of `ops --context NAME`. Raises OperationError."""
    return contexts()[str(ctx.find_root().params.get("context") or LOCAL)]


@contextmanager
def opened(ctx: typer.Context, *, timeout: httpx2.Timeout = TIMEOUT) -> Iterator[Target]:
    """The service of that context, for as long as the block runs. Raises OperationError."""
    context = context_named(ctx)
    target = Target(context, Tokens(context, os.environ), operator=operator(context, os.environ), timeout=timeout)
    try:
        yield target
    except RefusedError as error:
        if error.status != FORBIDDEN:
            raise  # else which command it was is told: the service knows of routes alone
        raise OperationError(f"`{ctx.command_path}` was not done. {error}", error.exit_code) from error
    finally:
        target.close()
