"""`ops context`: the services that this person works on."""

import os
import sys
from typing import Annotated, Any

import typer

from ops.commands.asked import context_named, contexts
from ops.commands.names import context_names
from ops.commands.options import AnyOutputOption
from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.show.output import Output, as_json, chosen, say
from ops.show.table import Column, print_table
from ops.target.context import Context, operator
from ops.target.tokens import OPERATOR_VARIABLE, Tokens, checked, entry

app = typer.Typer(help="Contexts: the services to work on, and their tokens.", no_args_is_help=True)
COLUMNS = (Column("context"), Column("url"), Column("as"), Column("token from"))


@app.command("list")
def show_all(ctx: typer.Context, *, output: AnyOutputOption = None) -> None:
    """Every context; the one in use is marked."""
    kept = contexts()
    in_use = str(ctx.find_root().params["context"])
    told = [_told(each) for each in kept.by_name.values()]
    if chosen(output) is Output.JSON:
        as_json({"file": str(kept.file), "in_use": in_use, "contexts": told})
        return
    rows = [[f"{each['name']}{' *' if each['name'] == in_use else ''}", *list(each.values())[1:4]] for each in told]
    print_table(COLUMNS, rows, empty="There is none.")
    say(f"* in use. Kept in {kept.file}{'' if kept.file.exists() else ', which does not exist yet'}.")


@app.command()
def show(ctx: typer.Context, *, output: AnyOutputOption = None) -> None:
    """The context in use: where it is, as whom it is operated, and whence its token is; the token is never shown."""
    told = _told(context_named(ctx))
    if chosen(output) is Output.JSON:
        as_json(told)
        return
    for name, value in told.items():
        say(f"{name.replace('_', ' '):<12}{str(value).lower() if isinstance(value, bool) else value}")


@app.command()
def login(
    name: Annotated[str, typer.Argument(autocompletion=context_names, show_default=False)],
) -> None:
    """Store the operator's token of a context in the system's keyring; it is asked for and not shown."""
    context = contexts()[name]
    if not sys.stdin.isatty():
        raise OperationError("The token is asked for at a terminal; this is none.", Exit.USAGE)
    try:
        token = typer.prompt(f"Operator's token of {name}", hide_input=True, err=True)
    except typer.Abort:
        raise OperationError("Nothing was stored.", Exit.INTERRUPTED) from None
    from ops.target.system_keyring import keep  # noqa: PLC0415 - as where it is read: only this command needs it

    keep(entry(context), checked(token, "What was typed"), otherwise=f"put it into {OPERATOR_VARIABLE} instead")
    say(f"Stored in the keyring as ballast, {entry(context)}.")


def _told(context: Context) -> dict[str, Any]:
    return {
        "name": context.name,
        "url": context.url,
        "who": operator(context, os.environ),
        "token_from": Tokens(context, os.environ).whence(),
        "insecure": context.insecure,
    }
