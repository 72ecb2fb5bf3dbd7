"""The kill table, for docs/operations.md."""

from collections.abc import Sequence

from tests.service.kills.point import Killed

HEADERS = ("killed while", "seed", "after", "published", "processed", "doubles")


def table(kills: Sequence[Killed]) -> str:
    """A Markdown table, and their sum."""
    rows = [(kill.activity, kill.seed, _instant(kill), kill.published, kill.processed, kill.doubles) for kill in kills]
    total = ("**all**", "", "", *(sum(row[place] for row in rows) for place in (3, 4, 5)))  # type: ignore[misc] # figures
    lines = [HEADERS, ["---", *["---:"] * 5], *rows, total]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def _instant(kill: Killed) -> str:
    return f"{kill.instant.events} events and {1000 * kill.instant.delay:.0f} ms"
