"""`ops breakers`: what the circuit breakers do, and by hand."""

from typing import Annotated

import typer

from ops.changes.levers import isolation
from ops.changes.levers import reset as reset_of
from ops.commands.asked import opened
from ops.commands.change_options import (
    DryRunOption,
    LocalOption,
    ReasonOption,
    RevisionOption,
    SettleOption,
    SureOption,
    TimeoutOption,
    TtlOption,
    manner,
)
from ops.commands.changing import carry_out
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
def isolate(
    ctx: typer.Context,
    breaker: BreakerArgument,
    *,
    reason: ReasonOption,
    ttl: TtlOption = None,
    dry_run: DryRunOption = False,
    yes: SureOption = False,
    wait: SettleOption = True,
    timeout: TimeoutOption = 30,
    expect_revision: RevisionOption = None,
    local: LocalOption = False,
    output: AnyOutputOption = None,
) -> None:
    """Hold a breaker open on every instance, until it is reset."""
    carry_out(
        ctx,
        isolation(breaker),
        manner(
            reason=reason,
            ttl=ttl,
            dry_run=dry_run,
            yes=yes,
            wait=wait,
            timeout=timeout,
            revision=expect_revision,
            local=local,
            output=output,
        ),
    )


@app.command()
def reset(
    ctx: typer.Context,
    breaker: BreakerArgument,
    *,
    reason: ReasonOption,
    dry_run: DryRunOption = False,
    yes: SureOption = False,
    wait: SettleOption = True,
    timeout: TimeoutOption = 30,
    expect_revision: RevisionOption = None,
    local: LocalOption = False,
    output: AnyOutputOption = None,
) -> None:
    """Let a breaker close on every instance, and be on its own again."""
    carry_out(
        ctx,
        reset_of(breaker),
        manner(
            reason=reason,
            dry_run=dry_run,
            yes=yes,
            wait=wait,
            timeout=timeout,
            revision=expect_revision,
            local=local,
            output=output,
        ),
    )
