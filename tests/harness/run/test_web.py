"""Runs that are started and stopped in Locust's web UI end in the same reports."""

import signal
import socket

import httpx2
import msgspec
import pytest

from harness.results import Results, RunVerdict
from tests.harness.run.conftest import StartLocust
from tests.harness.run.program import LocustProgram


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def results_of(process: LocustProgram) -> list[Results]:
    paths = sorted(process.reports.glob("*/results.json"))
    return [msgspec.json.decode(path.read_bytes(), type=Results) for path in paths]


def test_a_run_is_started_stopped_and_started_again(locust: StartLocust, port: int) -> None:
    process = locust("--web-port", str(port))
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, follow_redirects=True) as web:

        def answers() -> bool:
            try:
                return web.get("/").status_code == 200
            except httpx2.TransportError:
                return False

        def state() -> str:
            return str(web.get("/stats/requests").json()["state"])

        process.wait_until(answers)
        assert "Ballast: verdict and report of the latest run" in web.get("/").text
        assert web.post("/swarm", data={"scenario": "brief", "service_command": "false"}).json()["success"]
        process.wait_until(lambda: len(results_of(process)) == 1 and state() == "stopped")
        assert "brief" in web.get("/ballast/report").text

        assert web.post("/swarm", data={"scenario": "endless"}).json()["success"]
        process.wait_until_said("endless")
        process.wait_until(lambda: process.said.count("healthy") == 3)
        assert web.post("/stop").json()["success"]
        assert [results.verdict for results in results_of(process)] == [RunVerdict.PASS, RunVerdict.ABORTED]
    process.process.send_signal(signal.SIGINT)
    assert process.wait() == 12
    assert process.processes() == []
