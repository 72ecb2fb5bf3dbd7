"""The commands of `ops` that a run gave, in words."""

from collections.abc import Iterator, Sequence

from harness.record import PullRow
from harness.report.page.markup import section, table, text

HEAD = ("At", "Command", "Took", "Ended with")


def levers_section(pulls: Sequence[PullRow], started_at: float) -> str:
    """A row for each command; nothing when none was given."""
    if not pulls:
        return ""
    return section(
        "levers",
        "Levers",
        "What the operators' command line was asked to do, and how long it took with its wait for every instance. "
        "Times count from the start of the run.",
        table(HEAD, (_row(pull, started_at) for pull in pulls), class_="changes", caption="Commands of ops"),
    )


def _row(pull: PullRow, started_at: float) -> Iterator[str]:
    yield f"{pull.began_at - started_at:.1f} s"
    yield text(pull.command)
    yield f"{pull.ended_at - pull.began_at:.1f} s"
    yield text(f"{pull.exit_code} {pull.said}".strip())
