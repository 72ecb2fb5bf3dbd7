"""The list of the runs that are on disk."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from harness.report.figures import instant, span
from harness.report.html_page import page
from harness.report.page.markup import table, tag, text
from harness.report.page.signs import badge
from harness.report.retention import RESULTS, runs
from harness.results import RunVerdict

HEAD = ("Run", "Verdict", "When", "Length", "In a sentence")


class _Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What the list needs of a run's results, whatever the version of their schema."""

    title: str
    verdict: RunVerdict
    sentence: str
    started_at: float
    ended_at: float


def index_page(reports: Path) -> str:
    """One row a run, newest first; a run whose results cannot be read is listed without its verdict."""
    rows = [_row(run) for run in runs(reports)]
    listed = table(HEAD, rows, class_="runs", caption="Runs") if rows else tag("p", "No run is on disk.")
    return page("Ballast · runs", tag("header", tag("h1", "Runs")) + tag("section", listed))


def _row(run: Path) -> Iterator[str]:
    try:
        summary = msgspec.json.decode((run / RESULTS).read_bytes(), type=_Summary)
    except (OSError, msgspec.MsgspecError):
        yield _link(run, run.name)
        yield from ("", "", "", tag("span", "Its results cannot be read.", class_="muted"))
        return
    yield _link(run, summary.title) + tag("small", text(run.name))
    yield badge(summary.verdict)
    yield instant(summary.started_at)
    yield span(summary.ended_at - summary.started_at)
    yield text(summary.sentence)


def _link(run: Path, name: str) -> str:
    return tag("a", text(name), href=f"{run.name}/report.html", class_="what")
