"""`ops quarantine | release`: an agent's messages held, or let go on."""

from typing import Annotated

import typer

from ops.changes.levers import quarantine as quarantine_of
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
from ops.commands.names import agents
from ops.commands.options import AnyOutputOption

AgentArgument = Annotated[str, typer.Argument(autocompletion=agents, show_default=False)]


def quarantine(
    ctx: typer.Context,
    agent: AgentArgument,
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
    """Hold an agent's messages: none is delivered, none is lost."""
    carry_out(
        ctx,
        quarantine_of(agent, on=True),
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


def release(
    ctx: typer.Context,
    agent: AgentArgument,
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
    """Let an agent's messages go on."""
    carry_out(
        ctx,
        quarantine_of(agent, on=False),
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
