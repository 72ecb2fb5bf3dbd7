"""What a change did, or would do, and how it is taken back."""

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from ops.changes.change import Outcome
from ops.changes.settling import Settled
from ops.show.table import console

IRREVERSIBLE = "the change cannot be taken back by a command"


def outcome(subject: str, told: Outcome, *, dry_run: bool) -> None:
    """Before and after."""
    if not told.changed:
        _line("bold", f"{subject}: it is so already; nothing {'would be' if dry_run else 'was'} changed.")
        _line("", f"  now     {told.before}")
        return
    _line("bold", f"{subject}: {'this would be changed (dry run)' if dry_run else 'changed'}")
    _line("dim", f"  before  {told.before}")
    _line("", f"  after   {told.after}")


def settled(told: Settled) -> None:
    """Who has it."""
    if told.have:
        _line("green", f"  holds on {', '.join(told.have)}")
    if told.silent:
        _line("dim", f"  before it serves again: {', '.join(told.silent)} (not heard of in the last 10 s)")
    if told.lacking:
        _line("bold red", f"  not yet on {', '.join(told.lacking)}")


def back(command: str | None) -> None:
    """The command that takes it back."""
    _line("cyan", f"  taken back by: {command}" if command else f"  {IRREVERSIBLE}")


def document(told: Outcome, *, dry_run: bool, command: str | None, who_has_it: Settled | None) -> Mapping[str, Any]:
    """For programs: the service's own answer, and what `ops` knows besides."""
    instances = None
    if who_has_it is not None:
        instances = {
            "have": list(who_has_it.have),
            "lacking": list(who_has_it.lacking),
            "silent": list(who_has_it.silent),
        }
    extra = {"dry_run": dry_run, "changed": told.changed, "reverse": command, "instances": instances}
    return {**told.told, **extra}


def _line(style: str, text: str) -> None:
    console().print(Text(text, style), soft_wrap=True)
