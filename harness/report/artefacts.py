"""Writes a run's artefacts into its folder: all of them, or none."""

import shutil
from contextlib import suppress
from pathlib import Path

import msgspec

from harness.record import RunRecord
from harness.report.html_page import html_page
from harness.report.index_page import index_page
from harness.report.junit import junit
from harness.report.markdown import markdown
from harness.report.redaction import Redaction
from harness.report.retention import RESULTS, remove_oldest
from harness.report.samples import samples
from harness.results import Results

RUNS_KEPT = 20


class ReportError(Exception):
    """The artefacts could not be written; the message says why and where."""


class RunsIndexError(ReportError):
    """A run's artefacts are written, but the list of the runs beside it, or what of them is kept, is not up to date."""


def write(
    results: Results, record: RunRecord, folder: Path, *, secrets: tuple[str, ...] = (), keep: int = RUNS_KEPT
) -> None:
    """Write every artefact of a run into `folder`, which must not exist yet, and list it in the index beside it.

    `secrets` appear in no artefact. Of the runs beside it, the newest `keep` stay. ReportError when it cannot be done;
    then nothing is left behind. RunsIndexError when all is written but the index.
    """
    redaction = Redaction(secrets)
    told = redaction.of(results)
    files = {
        RESULTS: msgspec.json.format(msgspec.json.encode(told), indent=2),
        "report.html": html_page(told).encode(),
        "report.md": markdown(told).encode(),
        "junit.xml": junit(told),
        "samples.csv.gz": samples(record, redaction),
    }
    partial = folder.with_name(f".{folder.name}.partial")
    try:
        partial.mkdir(parents=True)
        for name, content in files.items():
            (partial / name).write_bytes(content)
        partial.rename(folder)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise ReportError(f"The report could not be written to {folder}: {error.strerror or error}.") from error
    _list_runs(folder, keep=keep)


def _list_runs(folder: Path, *, keep: int) -> None:
    index = folder.with_name("index.html")
    partial = index.with_name(f".{index.name}.partial")
    try:
        remove_oldest(folder.parent, keep=keep)
        partial.write_bytes(index_page(folder.parent).encode())
        partial.replace(index)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        why = error.strerror or error
        raise RunsIndexError(
            f"The report is in {folder}, but {index} could not be brought up to date: {why}."
        ) from error
