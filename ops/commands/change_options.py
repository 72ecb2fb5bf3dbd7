"""Options of every change."""

from dataclasses import dataclass
from typing import Annotated

import typer

from ops.changes.wish import Wish, seconds, why
from ops.commands.options import AnyOutputOption
from ops.show.output import Output

ReasonOption = Annotated[str, typer.Option("--reason", metavar="WHY", help="Why; the audit keeps it.")]
TtlOption = Annotated[
    str | None, typer.Option("--ttl", metavar="DURATION", help="It ends by itself after 90s, 15m, 1h30m, 1d.")
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Show what would change and how it is taken back, and change nothing.")
]
SureOption = Annotated[bool, typer.Option("--yes", help="Do not ask before what is severe; else nothing is asked.")]
SettleOption = Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until every instance that serves has it.")]
TimeoutOption = Annotated[float, typer.Option("--timeout", min=0, metavar="SECONDS", help="How long to wait.")]
RevisionOption = Annotated[
    int | None,
    typer.Option("--expect-revision", min=0, metavar="N", help="Refuse when somebody has changed it since revision N."),
]
LocalOption = Annotated[
    bool, typer.Option("--local", help="By the service's own command on this machine, when nobody answers.")
]


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a change is to be made."""

    wish: Wish
    dry_run: bool
    yes: bool
    wait: bool
    timeout: float
    local: bool
    output: Output | None


def manner(
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
) -> Manner:
    """What the options say, which are its parameters. Raises OperationError."""
    return Manner(
        wish=Wish(reason=why(reason), ttl=seconds(ttl), expected_revision=expect_revision),
        dry_run=dry_run,
        yes=yes,
        wait=wait,
        timeout=timeout,
        local=local,
        output=output,
    )
