"""A runbook as its reader follows it: the commands in their order, and what each is said to show."""

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "runbooks"
NAMES = ("provider-down", "database-slow", "bad-canary", "poison-messages", "overload")

_block = re.compile(r"^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Command:
    """A `sh` block, and the lines of the `text` block that follows it, `…` standing for whatever is there."""

    text: str
    shown: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether it changes the service; what only looks may be typed again until it shows what one waits for."""
        return "--reason" in self.text


def read(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def commands(document: str) -> list[Command]:
    """All of a document, in its order."""
    found: list[Command] = []
    for block in _block.finditer(document):
        if block["kind"] == "sh":
            found.append(Command(block["text"].strip()))
        elif block["kind"] == "text" and found:
            found[-1] = Command(found[-1].text, tuple(block["text"].splitlines()))
    return found


def missing(shown: tuple[str, ...], said: str) -> list[str]:
    """The lines that a command did not say, in this order."""
    lines = iter([" ".join(line.split()) for line in said.splitlines()])
    return [line for line in shown if not any(_pattern(line).fullmatch(each) for each in lines)]


def _pattern(line: str) -> re.Pattern[str]:
    parts = " ".join(line.split()).split("…")
    return re.compile(".*".join(re.escape(part) for part in parts))
