"""A redrive as it goes, and what came of it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ops.changes.redrive import Moved, Terms
from ops.show.output import say
from ops.show.words import counted


@contextmanager
def progress(terms: Terms) -> Iterator[Callable[[Moved], None]]:
    """A bar on a terminal, with the rate and how long it will take; elsewhere nothing."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(f"at most {terms.rate:g}/s"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(terms.agent, total=None)
        yield lambda moved: bar.update(task, completed=moved.moved, total=min(moved.all, terms.maximum))


def plan(terms: Terms, would: Moved, command: str) -> None:
    """What would be done."""
    if not would.moved:
        say(f"{terms.agent}: there is no dead letter to redrive.")
        return
    seconds = would.moved / terms.rate
    say(f"{terms.agent}: {counted(would.moved, 'dead letter')} would be delivered again (dry run), {would.left} left")
    say(f"  at most {terms.rate:g} a second, so in {seconds:.0f} s or more; at most {terms.maximum}")
    say("  cannot be taken back; Ctrl-C stops what has not been moved by then")
    say(f"  done by: {command}")


def ended(terms: Terms, moved: Moved, command: str) -> None:
    """What was done."""
    say(f"{terms.agent}: {counted(moved.moved, 'dead letter')} delivered again, {moved.left} left.")
    if moved.left:
        say(f"  go on: {command}")


def broken_off(terms: Terms, moved: Moved, why: str, command: str) -> None:
    """How much was done, and how to go on."""
    sys.stderr.write(
        f"{why}\n{terms.agent}: {counted(moved.moved, 'dead letter')} delivered again, {moved.left} left, none lost.\n"
        f"  go on: {command}\n"
    )
