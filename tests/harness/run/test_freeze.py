"""A server that stands still is measured as its callers feel it, not as a client feels it that stands still as well."""

import math
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from harness.record import Outcome, RequestRow

RATE, SECONDS = 200, 5


class Measured(msgspec.Struct, frozen=True):
    frozen_at: float
    thawed_at: float
    rows: list[RequestRow]


@pytest.fixture(scope="module")
def measured() -> Measured:
    command = [sys.executable, "-m", "tests.harness.run.freeze"]
    root = Path(__file__).parents[3]
    told = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, timeout=60, check=True).stdout
    return msgspec.json.decode(told, type=Measured)


def p99(values: list[float]) -> float:
    return sorted(values)[math.ceil(0.99 * len(values)) - 1]


def test_the_99th_percentile_is_what_the_freeze_makes_it(measured: Measured) -> None:
    frozen = measured.thawed_at - measured.frozen_at
    # Of all requests, one percent were planned in the first moments of the freeze and waited longer than this.
    expected = frozen - 0.01 * SECONDS
    assert p99([row.latency for row in measured.rows]) == pytest.approx(expected, rel=0.05)


def test_every_planned_request_is_sent_and_counted_once(measured: Measured) -> None:
    assert len({row.request_id for row in measured.rows}) == len(measured.rows) == RATE * SECONDS
    assert {row.outcome for row in measured.rows} == {Outcome.SERVED}


def test_requests_start_during_the_freeze_as_planned(measured: Measured) -> None:
    during = [row for row in measured.rows if measured.frozen_at < row.planned_at < measured.thawed_at]
    started = [row for row in during if row.sent_at < measured.thawed_at]
    assert len(started) >= 0.95 * len(during) > 0.95 * RATE * 2.5
