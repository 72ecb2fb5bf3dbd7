"""`ops breakers`: what the circuit breakers do, and by hand."""

from typing import Annotated

import typer

from ops.changes.change import Change
from ops.changes.levers import isolation
from ops.commands.asked import opened
from ops.commands.change_command import change_command
from ops.commands.names import breakers as known_breakers
from ops.commands.options import AnyOutputOption
from ops.readings.breakers import breakers
from ops.show.output import Output, as_json, chosen, say
from ops.show.table import print_table
from ops.show.tables import BREAKERS, breaker_rows

app = typer.Typer(help="Circuit breakers: list them, hold one open, let one close.", no_args_is_help=True)
BreakerArgument = Annotated[str, typer.Argument(autocompletion=known_breakers, show_default=False)]


@app.command("list")
def show(ctx: typer.Context, *, output: AnyOutputOption = None) -> None:
    """The circuit breakers of the instance that answers."""
    with opened(ctx) as target:
        answer = target.read("/api/observability/circuit-breakers")
        if chosen(output) is Output.JSON:
            as_json({"instance": answer.instance, **answer.document})
            return
        print_table(BREAKERS, breaker_rows(breakers(answer.fields)), empty="There is no circuit breaker.")
        say(f"At {answer.instance}.")


@app.command()
@change_command(may_end=True)
def isolate(breaker: BreakerArgument) -> Change:
    """Hold a breaker open on every instance, until it is reset."""
    return isolation(breaker, on=True)


@app.command()
@change_command()
def reset(breaker: BreakerArgument) -> Change:
    """Let a breaker close on every instance, and be on its own again."""
    return isolation(breaker, on=False)
