"""What the checks of a deployment found."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ops.checks.finding import Finding, Verdict

STYLES: Mapping[str, str] = {Verdict.PASS: "bold green", Verdict.FAIL: "bold red", Verdict.NOT_ASKED: "dim"}


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
