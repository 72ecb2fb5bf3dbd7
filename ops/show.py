"""How an answer is shown: a table for people, JSON for programs."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ops.checks.finding import Finding, Verdict
from ops.deployment.stacks import StackState

STYLES: Mapping[str, str] = {Verdict.PASS: "bold green", Verdict.FAIL: "bold red", Verdict.NOT_ASKED: "dim"}


class Output(StrEnum):
    """What `--output` takes."""

    TABLE = "table"
    JSON = "json"


def say(line: str) -> None:
    """A line for people."""
    sys.stdout.write(f"{line}\n")


def as_json(document: Mapping[str, object]) -> None:
    """The whole of standard output, for a program."""
    sys.stdout.write(f"{json.dumps(document, indent=2)}\n")


def warn(sentences: Iterable[str]) -> None:
    """What people should know while standard output is a program's."""
    for sentence in sentences:
        sys.stderr.write(f"{sentence}\n")


@contextmanager
def doing() -> Iterator[Callable[[str], None]]:
    """Shows on a terminal what is being done meanwhile; elsewhere nothing."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status("") as status:
        yield status.update


def findings(told: Sequence[Finding]) -> None:
    """A row a check, and below a failed one what was expected and what to do."""
    if sys.stdout.isatty():
        Console(highlight=False).print(_table(told))
        return
    width = max(len(finding.name) for finding in told)
    for finding in told:
        for sign, name, text in _rows(finding):
            sys.stdout.write(f"{sign.replace('_', ' '):<10} {name:<{width}}  {text}\n")


def _table(told: Iterable[Finding]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for finding in told:
        for sign, name, text in _rows(finding):
            table.add_row(Text(sign.replace("_", " "), STYLES.get(sign, "")), name, Text(text, "" if sign else "dim"))
    return table


def _rows(finding: Finding) -> Iterator[tuple[str, str, str]]:
    yield finding.verdict, finding.name, finding.seen
    if finding.verdict is Verdict.FAIL:
        yield "", "", f"expected: {finding.expected}"
        yield "", "", f"next: {finding.next_step}"


def delivery(states: Sequence[StackState], finding: Finding | None, going_on: str, output: Output) -> None:
    """What a deployment left behind: its stacks, what the compute says, and how to go on after a failure."""
    if output is Output.JSON:
        as_json(
            {
                "stacks": [
                    {
                        "name": state.name,
                        "status": state.status,
                        "failure": asdict(state.failure) if state.failure else None,
                    }
                    for state in states
                ],
                "latest_deployment": asdict(finding) if finding else None,
                "next_step": going_on,
            }
        )
        return
    say("What exists now:" if states else "No stack exists.")
    width = max((len(state.name) for state in states), default=0)
    for state in states:
        say(f"  {state.name:<{width}}  {state.status}")
        if state.failure and going_on:
            say(f"  {'':<{width}}  {state.failure.resource} ({state.failure.kind}): {state.failure.reason}")
    if finding:
        findings([finding])
    if going_on:
        say(going_on)
