"""A command that makes a change, with the options of every change besides its own."""

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Any

import typer

from ops.changes.change import Change
from ops.commands.change_options import manner
from ops.commands.changing import carry_out


def change_command(*, may_end: bool = False) -> Callable[[Callable[..., Change]], Callable[..., None]]:
    """Make a command of a function from the command's own arguments to the change; `may_end`: it takes a --ttl."""
    options = [option for option in signature(manner).parameters.values() if may_end or option.name != "ttl"]

    def decorate(change: Callable[..., Change]) -> Callable[..., None]:
        own = signature(change).parameters

        @wraps(change)
        def command(ctx: typer.Context, **given: Any) -> None:  # noqa: ANN401 - what the options come to
            wanted = change(**{name: given.pop(name) for name in own})
            carry_out(ctx, wanted, manner(**given))

        context = Parameter("ctx", Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
        command.__dict__["__signature__"] = Signature([context, *own.values(), *options])  # typer asks for no other
        return command

    return decorate
