"""How an answer is shown: a table for people, JSON for programs."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ops.checks.finding import Finding, Verdict

STYLES: Mapping[str, str] = {Verdict.PASS: "bold green", Verdict.FAIL: "bold red", Verdict.NOT_ASKED: "dim"}


class Output(StrEnum):
    """What `--output` takes."""

    TABLE = "table"
    JSON = "json"


def as_json(document: Mapping[str, object]) -> None:
    """The whole of standard output, for a program."""
    sys.stdout.write(f"{json.dumps(document, indent=2)}\n")


def findings(told: Sequence[Finding], summary: str) -> None:
    """A row a check, and below a failed one what was expected and what to do; then a sentence."""
    if sys.stdout.isatty():
        console = Console(highlight=False)
        console.print(_table(told))
        console.print(summary, style="bold")
        return
    width = max(len(finding.name) for finding in told)
    for finding in told:
        for sign, name, text in _rows(finding):
            sys.stdout.write(f"{sign.replace('_', ' '):<10} {name:<{width}}  {text}\n")
    sys.stdout.write(f"{summary}\n")


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
