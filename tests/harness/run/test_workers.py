"""However many processes send the load, it is the same plan, and every request of it is in the results."""

import csv
import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.results import RunVerdict
from tests.harness.run.conftest import StartLocust


def plans() -> dict[str, list[dict[str, Any]]]:
    command = [sys.executable, "-m", "tests.harness.run.plan_of_brief"]
    told = subprocess.run(command, cwd=Path(__file__).parents[3], stdout=subprocess.PIPE, timeout=60, check=True).stdout
    planned: dict[str, list[dict[str, Any]]] = json.loads(told)
    return planned


def sent(reports: Path) -> dict[str, list[dict[str, str]]]:
    (path,) = reports.glob("*/samples.csv.gz")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["witness"] == "client"]
    rows.sort(key=lambda row: row["request_id"])
    return {part: [row for row in rows if row["part"] == part] for part in ("main", "contrast")}


def test_two_workers_send_the_plan_of_one_and_every_row_arrives(locust: StartLocust) -> None:
    process = locust("--headless", "--scenario", "brief", "--processes", "2")
    assert process.wait() == 0, process.said
    assert process.results().verdict is RunVerdict.PASS
    rows = sent(process.reports)
    for part, arrivals in plans().items():
        assert [(row["phase"], row["request"]) for row in rows[part]] == [(a["phase"], a["request"]) for a in arrivals]
        assert [int(row["request_id"].rpartition("-")[2]) for row in rows[part]] == [a["index"] for a in arrivals]
        started = float(rows[part][0]["planned_at"]) - arrivals[0]["at"]
        planned = [float(row["planned_at"]) - started for row in rows[part]]
        assert planned == pytest.approx([a["at"] for a in arrivals], abs=0.001)
        assert {row["instance"] for row in rows[part]} == {f"{part}-1", f"{part}-2"}
    assert process.processes() == []
