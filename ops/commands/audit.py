"""`ops audit`: who did what, when and why."""

from typing import Annotated

import typer

from ops.commands.asked import opened
from ops.commands.options import AnyOutputOption
from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.readings.audit import audit_lines
from ops.show.output import Output, as_json, chosen, say
from ops.show.table import print_table
from ops.show.tables import AUDIT, audit_rows
from ops.target.printable import printable

KINDS = ("mode", "agent", "flag", "breaker", "fault", "redrive", "discard", "rollout")


def audit(
    ctx: typer.Context,
    *,
    subject: Annotated[
        str | None,
        typer.Option(metavar="KIND/NAME", help=f"Of this alone, as mode/safe_mode; KIND: {', '.join(KINDS)}."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many, at most.")] = 20,
    before: Annotated[str | None, typer.Option(metavar="CURSOR", help="Go on where an earlier answer ended.")] = None,
    output: AnyOutputOption = None,
) -> None:
    """The changes, newest first."""
    if subject is not None and not _is_subject(subject):
        raise OperationError(
            f"--subject is {printable(subject)}; expected KIND/NAME, where KIND is one of {', '.join(KINDS)}.",
            Exit.USAGE,
        )
    with opened(ctx) as target:
        answer = target.read("/api/ops/audit", subject=subject, limit=limit, before=before)
        if chosen(output) is Output.JSON:
            as_json(answer.document)
            return
        print_table(AUDIT, audit_rows(audit_lines(answer.fields)), empty="Nothing was changed yet.")
        if cursor := answer.fields.text("next"):
            given = ("--subject", subject) if subject else ()
            say(f"Before these: {target.context.command('audit', *given, '--before', cursor)}")


def _is_subject(given: str) -> bool:
    kind, slash, name = given.partition("/")
    return kind in KINDS and bool(slash and name)
