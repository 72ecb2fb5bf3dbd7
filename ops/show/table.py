"""A table: by rich on a terminal, aligned plain text elsewhere."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

STATES: Mapping[str, str] = {
    "closed": "green", "open": "bold red", "half_open": "yellow", "isolated": "magenta",
    "ready": "green", "shut": "bold red", "not ready": "bold red",
    "running": "cyan", "holding": "yellow", "paused": "yellow", "succeeded": "green", "rolled_back": "bold red",
    "on": "magenta", "off": "dim", "quarantined": "magenta",
    "ok": "green", "warning": "yellow", "alert": "bold red",
    "bad": "bold red", "unknown": "yellow", "note": "magenta",
}  # fmt: skip
"""The colour of a state; its word says the same."""

GAP = "  "

Cell = str | Text


@dataclass(frozen=True)
class Column:
    """A column's title; figures stand on the right, and what is long is folded where there is room for that."""

    title: str
    right: bool = False
    folds: bool = False


def state(name: str) -> Text:
    """A state's word in its colour."""
    return Text(name.replace("_", " "), STATES.get(name, ""))


def console() -> Console:
    """Standard output, of which nothing is guessed."""
    return Console(highlight=False)


def print_table(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], *, empty: str) -> None:
    """The rows below their titles, or a line when there is none."""
    if not rows:
        sys.stdout.write(f"{empty}\n")
    elif sys.stdout.isatty():
        console().print(rich_table(columns, rows))
    else:
        sys.stdout.writelines(f"{line}\n" for line in plain_lines(columns, rows))


def rich_table(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> Table:
    """For a terminal."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for column in columns:
        table.add_column(
            column.title,
            justify="right" if column.right else "left",
            no_wrap=not column.folds,
            overflow="fold" if column.folds else "ellipsis",
        )
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in row))
    return table


def plain_lines(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> list[str]:
    """A line a row, every column as wide as its widest cell."""
    texts = [[column.title for column in columns], *([_text(cell) for cell in row] for row in rows)]
    widths = [max(len(row[index]) for row in texts) for index in range(len(columns))]
    return [
        GAP.join(
            cell.rjust(width) if column.right else cell.ljust(width)
            for cell, width, column in zip(row, widths, columns, strict=True)
        ).rstrip()
        for row in texts
    ]


def _text(cell: Cell) -> str:
    return " ".join((cell.plain if isinstance(cell, Text) else cell).split())
