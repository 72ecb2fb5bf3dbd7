"""For people or for programs, and where each line goes."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum

from rich.console import Console


class Output(StrEnum):
    """What `--output` takes."""

    TABLE = "table"
    JSON = "json"


def chosen(output: Output | None) -> Output:
    """What was asked for; else a table for a terminal, and JSON for everything else."""
    return output or (Output.TABLE if sys.stdout.isatty() else Output.JSON)


def say(line: str) -> None:
    """A line for people."""
    sys.stdout.write(f"{line}\n")


def as_json(document: Mapping[str, object]) -> None:
    """The whole of standard output, for a program."""
    lines = json.dumps(document, indent=2, ensure_ascii=False).split("\n")
    sys.stdout.writelines(f"{_escaped(line)}\n" for line in lines)


def _escaped(line: str) -> str:
    """Of what JSON leaves as it is, a terminal obeys some."""
    return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in line)


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
