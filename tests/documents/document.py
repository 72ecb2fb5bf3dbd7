"""What a document has its reader type, and what it says that is shown then."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[2]

BY_CI = "run by .ci/run"
"""A note: the block's commands are those of what a change must pass."""

ALONE = "in a terminal of its own"
"""A note: it goes on until the reader ends it, which is at the end of the document."""

WAITS = "until it shows"
"""A note: it only looks, and is typed again until it shows what is below it."""

LONG = "run by make test-all"
"""A note: it takes minutes."""

KNOWN = frozenset({"", ALONE, BY_CI, WAITS, LONG})
"""Those that say how a block is run; no note: once."""

NOT_RUN = "not-run: "
"""How a note begins that says why nobody but a reader can do it."""

DOCUMENTS = sorted(str(file.relative_to(ROOT)) for file in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])

_block = re.compile(
    r"^(?:<!-- (?P<note>[^\n]+) -->\n\n?)?(?P<indent> *)```(?P<kind>[\w-]*)\n(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, kw_only=True)
class Command:
    """A `sh` block, and the lines of the `text` block that follows it at once.

    In them `…` stands for whatever is there, and a line of it alone for any number of lines.
    """

    line: int
    text: str
    note: str = ""
    shown: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether it changes the service; what only looks may be typed again until it shows what one waits for."""
        return "--reason" in self.text

    @property
    def not_run(self) -> str:
        """Why nobody but a reader can do it; empty: it is run."""
        return self.note.removeprefix(NOT_RUN) if self.note.startswith(NOT_RUN) else ""

    def showing(self, text: str) -> Self:
        return type(self)(line=self.line, text=self.text, note=self.note, shown=tuple(text.splitlines()))


def kinds(document: str) -> list[tuple[int, str]]:
    """The line of each block, and the language that it says it is in."""
    return [(_line(document, each), each["kind"]) for each in _block.finditer(document)]


def commands(document: str) -> list[Command]:
    """Those that are typed, in their order."""
    found: list[Command] = []
    shown_by = -1
    for each in _block.finditer(document):
        if each["kind"] == "sh":
            found.append(Command(line=_line(document, each), text=each["text"].strip(), note=each["note"] or ""))
            shown_by = each.end()
        elif each["kind"] == "text" and found and not document[shown_by : each.start()].strip():
            found[-1] = found[-1].showing(each["text"])
    return found


def as_shown(shown: tuple[str, ...], said: str) -> bool:
    """Whether this and nothing else was said; blank lines and how many spaces stand in a line do not matter."""
    spoken = "".join(f"{words}\n" for line in said.splitlines() if (words := " ".join(line.split())))
    wanted = (" ".join(line.split()) for line in shown)
    pattern = "".join(r"(?:.*\n)*" if line == "…" else rf"{_pattern(line).pattern}\n" for line in wanted if line)
    return re.fullmatch(pattern, spoken) is not None


def read(name: str) -> str:
    """A document by its path from the root."""
    return (ROOT / name).read_text(encoding="utf-8")


def missing(shown: tuple[str, ...], said: str) -> list[str]:
    """The lines that were not said, in this order; how many spaces stand in them does not matter."""
    lines = iter([" ".join(line.split()) for line in said.splitlines()])
    return [line for line in shown if not any(_pattern(line).fullmatch(each) for each in lines)]


def _line(document: str, found: re.Match[str]) -> int:
    return document.count("\n", 0, found.start("kind")) + 1


def _pattern(line: str) -> re.Pattern[str]:
    parts = " ".join(line.split()).split("…")
    return re.compile(".*".join(re.escape(part) for part in parts))
