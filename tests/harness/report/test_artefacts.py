import csv
import errno
import gzip
import shutil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest

from harness.record import RunRecord
from harness.report.artefacts import ReportError, RunsIndexError, write
from harness.report.junit import junit
from harness.results import Results, RunVerdict, assess
from tests.harness.breaker_model import Behaviour
from tests.harness.story import CRITERIA, story
from tests.harness.synthetic_phases import CONTRAST
from tests.harness.synthetic_run import synthetic_run

RECORD = synthetic_run(contrast=CONTRAST)
RESULTS = assess(story(), RECORD)
FILES = {"results.json", "report.html", "report.md", "junit.xml", "samples.csv.gz"}


def test_a_run_leaves_all_its_artefacts_and_is_listed(tmp_path: Path) -> None:
    write(RESULTS, RECORD, tmp_path / "20260101T000000Z-breaker")
    assert {path.name for path in tmp_path.iterdir()} == {"20260101T000000Z-breaker", "index.html"}
    assert {path.name for path in (tmp_path / "20260101T000000Z-breaker").iterdir()} == FILES
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "20260101T000000Z-breaker/report.html" in index
    assert RESULTS.sentence in index


def test_the_results_can_be_read_again_and_are_for_people_too(tmp_path: Path) -> None:
    write(RESULTS, RECORD, tmp_path / "run")
    written = (tmp_path / "run" / "results.json").read_bytes()
    assert msgspec.json.decode(written, type=Results) == RESULTS
    assert written.count(b"\n") > 100


def test_the_newest_twenty_runs_stay_and_what_is_not_a_run_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "00-notes").mkdir()
    small = msgspec.structs.replace(RECORD, requests=[], attempts=[])
    for number in range(23):
        write(RESULTS, small, tmp_path / f"20260101T0000{number:02}Z-breaker")
    names = sorted(path.name for path in tmp_path.iterdir() if path.is_dir())
    assert names == ["00-notes", *(f"20260101T0000{number:02}Z-breaker" for number in range(3, 23))]


def test_a_full_disk_is_a_clear_error_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, _: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ReportError, match=r"could not be written to .*run: No space left on device"):
        write(RESULTS, RECORD, tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("step", ["write_bytes", "replace"])
def test_a_list_of_runs_that_cannot_be_written_is_no_loss_of_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    usual = getattr(Path, step)

    def full_for_the_index(path: Path, *content: Any) -> Any:
        if path.name == ".index.html.partial":
            path.touch()
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return usual(path, *content)

    monkeypatch.setattr(Path, step, full_for_the_index)
    with pytest.raises(RunsIndexError, match=r"report is in .*run, but .*index\.html .*: No space left on device"):
        write(RESULTS, RECORD, tmp_path / "run")
    assert {path.name for path in tmp_path.iterdir()} == {"run"}
    assert {path.name for path in (tmp_path / "run").iterdir()} == FILES


def test_runs_that_cannot_be_removed_do_not_cost_the_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stuck(path: Path) -> None:
        raise OSError(errno.EACCES, "Permission denied", str(path))

    write(RESULTS, RECORD, tmp_path / "1")
    monkeypatch.setattr(shutil, "rmtree", stuck)
    with pytest.raises(RunsIndexError, match="Permission denied"):
        write(RESULTS, RECORD, tmp_path / "2", keep=1)
    assert {path.name for path in tmp_path.iterdir()} == {"1", "2", "index.html"}


def test_a_run_is_never_written_over_another(tmp_path: Path) -> None:
    write(RESULTS, RECORD, tmp_path / "run")
    with pytest.raises(ReportError):
        write(RESULTS, RECORD, tmp_path / "run")
    assert {path.name for path in tmp_path.iterdir()} == {"run", "index.html"}


def test_a_run_whose_results_are_broken_is_still_listed(tmp_path: Path) -> None:
    (tmp_path / "20250101T000000Z-old").mkdir()
    (tmp_path / "20250101T000000Z-old" / "results.json").write_text("{")
    write(RESULTS, RECORD, tmp_path / "20260101T000000Z-breaker")
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert index.index("20260101T000000Z-breaker") < index.index("20250101T000000Z-old")
    assert "cannot be read" in index


def suite(record: RunRecord, folder: Path) -> ET.Element:
    write(assess(story(), record), record, folder)
    return ET.parse(folder / "junit.xml").getroot()  # noqa: S314 — we wrote it ourselves


def test_junit_has_a_case_for_each_criterion_and_one_for_the_run(tmp_path: Path) -> None:
    root = suite(RECORD, tmp_path / "run")
    names = [case.get("name") for case in root.iter("testcase")]
    assert names == ["the run passes", *(criterion.name for criterion in CRITERIA)]
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == (str(len(names)), "0", "0")


def test_junit_tells_failures_skips_and_an_invalid_run_apart(tmp_path: Path) -> None:
    bad = synthetic_run(behaviour=Behaviour(consecutive_failures=None))
    root = suite(msgspec.structs.replace(bad, invalid=["the generator was late"]), tmp_path / "run")
    told = [root.get(name) for name in ("failures", "skipped", "errors")]
    assert told == ["2", "4", "1"]
    assert len(list(root.iter("failure"))) == 2
    assert len(list(root.iter("skipped"))) == 4
    assert "the generator was late" in str(next(root.iter("error")).get("message"))


@pytest.mark.parametrize("verdict", [verdict for verdict in RunVerdict if verdict is not RunVerdict.PASS])
def test_junit_is_green_for_a_run_that_passes_alone(verdict: RunVerdict) -> None:
    results = msgspec.structs.replace(RESULTS, verdict=verdict, sentence="Why.")
    root = ET.fromstring(junit(results))  # noqa: S314 — we wrote it ourselves
    error = root.find("testcase/error")
    assert error is not None
    assert (root.get("errors"), error.get("type"), error.get("message")) == ("1", verdict, "Why.")


def test_the_samples_hold_every_request_and_attempt(tmp_path: Path) -> None:
    write(RESULTS, RECORD, tmp_path / "run")
    with gzip.open(tmp_path / "run" / "samples.csv.gz", "rt", encoding="utf-8") as text:
        rows = list(csv.DictReader(text))
    witnesses = [row["witness"] for row in rows]
    assert witnesses.count("client") == len(RECORD.requests)
    assert witnesses.count("dependency") == len(RECORD.attempts)
    first = RECORD.requests[0]
    assert float(rows[0]["planned_at"]) == pytest.approx(first.planned_at - RECORD.started_at, abs=1e-5)
    assert rows[0]["request_id"] == first.request_id


def test_the_markdown_names_every_criterion_with_its_verdict(tmp_path: Path) -> None:
    write(RESULTS, RECORD, tmp_path / "run")
    told = (tmp_path / "run" / "report.md").read_text(encoding="utf-8")
    assert told.startswith("# The circuit breaker of the embeddings provider: PASS\n")
    assert all(f"| {criterion.name} |" in told for criterion in CRITERIA)
    assert "make demo SCENARIO=synthetic" in told
