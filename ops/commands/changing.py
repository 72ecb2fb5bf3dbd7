"""What every change goes through: looked at, meant, made, waited for, and told how it is taken back."""

import sys
from dataclasses import replace

import typer

from ops.changes.change import Change, Outcome
from ops.changes.settling import Settled, settled
from ops.commands.asked import opened
from ops.commands.change_options import Manner
from ops.commands.control import control_line, run_control
from ops.commands.meaning_it import somebody_there, type_it
from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.readings.instances import instances
from ops.show import change as shown
from ops.show.output import Output, as_json, chosen, doing, warn
from ops.target.errors import RefusedError, TargetDownError
from ops.target.fields import Fields
from ops.target.target import Target

CONFLICT = 409


def carry_out(ctx: typer.Context, change: Change, how: Manner) -> None:
    """Make a change as `how` says. Raises OperationError, or Exit when stored and not known to hold everywhere."""
    with opened(ctx) as target:
        if how.local:
            raise typer.Exit(_by_control(change, how, target))
        try:
            _carried_out(target, change, how)
        except TargetDownError as error:
            if not change.without_service:
                raise
            line = control_line(change.words, how, who=target.operator)
            raise OperationError(
                f"{error}\nWhere the service's settings and its store are at hand, the same is done without it by\n"
                f"  {line}\nwhich `--local` runs here.",
                Exit.TIMEOUT,
            ) from error


def _by_control(change: Change, how: Manner, target: Target) -> int:
    if not change.without_service:
        raise OperationError(f"{' '.join(change.words)} is done by a running service alone.", Exit.REFUSED)
    if _answers(target):
        raise OperationError(
            f"{target.context.url} answers, and --local is for when no service does: it changes the store of this "
            "environment, which may be another's. Give the command without --local.",
            Exit.REFUSED,
        )
    if change.danger and not how.dry_run and not how.yes:
        somebody_there(change.danger)
        sys.stderr.write(f"{change.danger}\n")
        type_it(change.typed, "the store of this environment")
    return run_control(change.words, how, who=target.operator)


def _answers(target: Target) -> bool:
    try:
        return bool(target.identity)
    except OperationError:  # nobody, or what stands before a service that is down
        return False


def _carried_out(target: Target, change: Change, how: Manner) -> None:
    table = chosen(how.output) is Output.TABLE
    if change.danger and not how.dry_run and not how.yes:
        how = _meant(target, change, how)
    told = _made(target, change, how)
    back = target.context.command(*told.back, "--reason", "taken back") if told.back and told.changed else None
    if table:
        shown.outcome(change.subject, told, dry_run=how.dry_run)
    waits = how.wait and not how.dry_run
    who_has_it = _waited(target, told, how.timeout) if waits else None
    if table:
        if who_has_it is not None:
            shown.settled(who_has_it)
        if told.changed:
            shown.back(back)
    else:
        as_json(shown.document(told, dry_run=how.dry_run, command=back, who_has_it=who_has_it))
    if who_has_it is not None and who_has_it.lacking:
        missing = ", ".join(who_has_it.lacking)
        warn([f"It is stored, and after {how.timeout:g} s not yet on {missing}; look again with `ops instances`."])
    if waits and (who_has_it is None or who_has_it.lacking):
        raise typer.Exit(Exit.TIMEOUT)


def _made(target: Target, change: Change, how: Manner) -> Outcome:
    try:
        return change.made(target, how.wish, dry_run=how.dry_run)
    except RefusedError as error:
        current = error.problem.inner("current")
        if error.status != CONFLICT or not current:
            raise
        detail, now = error.problem.text("detail"), f"{change.subject} is now {change.theirs(current)}"
        raise OperationError(f"Nothing was done: {detail}.\n  {now}{_still(current, how)}", Exit.REFUSED) from error


def _still(current: Fields, how: Manner) -> str:
    """How it is done all the same, where it was refused for its revision alone."""
    expected, stands = how.wish.expected_revision, current.count("revision") or current.count("version")
    if expected in {None, stands}:
        return ""
    return f"\nIf you mean it still, give the command with --expect-revision {stands}."


def _meant(target: Target, change: Change, how: Manner) -> Manner:
    """Go on only when a person types the name; then only over what that person was shown."""
    somebody_there(change.danger)
    preview = change.made(target, how.wish, dry_run=True)
    if not preview.changed:
        return how
    sys.stderr.write(f"{change.danger}\n  now    {preview.before}\n  then   {preview.after}\n")
    type_it(change.typed, target.context.name)
    seen = preview.revision if how.wish.expected_revision is None else how.wish.expected_revision
    return replace(how, wish=replace(how.wish, expected_revision=seen))


def _waited(target: Target, told: Outcome, seconds: float) -> Settled | None:
    """Who has what is stored already; None when that cannot be told, which is no failure of the change."""
    with doing() as began:
        began("waiting until every instance has it")
        try:
            return settled(
                lambda: instances(target.read("/api/ops/instances").fields),
                told.document,
                told.version,
                seconds=seconds,
            )
        except OperationError as error:
            warn([f"It is stored; who has it cannot be told. {error}"])
            return None
