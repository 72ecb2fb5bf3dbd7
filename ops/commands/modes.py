"""`ops safe-mode | write-drain | brownout`: how every instance works, apart from the usual."""

from enum import StrEnum
from typing import Annotated

import typer

from ops.changes.levers import mode
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
from ops.commands.options import AnyOutputOption


class Switch(StrEnum):
    """What a mode is set to."""

    ON = "on"
    OFF = "off"


SwitchArgument = Annotated[Switch, typer.Argument(show_default=False)]


def safe_mode(
    ctx: typer.Context,
    switch: SwitchArgument,
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
    """No call to the provider, and no delivery to an agent: for when what is outside cannot be trusted."""
    carry_out(
        ctx,
        mode("safe-mode", on=switch is Switch.ON),
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


def write_drain(
    ctx: typer.Context,
    switch: SwitchArgument,
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
    """Writes are refused with 503, reads are served: for when the store must rest."""
    carry_out(
        ctx,
        mode("write-drain", on=switch is Switch.ON),
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


def brownout(
    ctx: typer.Context,
    switch: SwitchArgument,
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
    """Features that have a fallback take it: for when the provider is down, or the load is too high."""
    carry_out(
        ctx,
        mode("brownout", on=switch is Switch.ON),
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
