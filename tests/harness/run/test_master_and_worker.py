"""As on AWS: a master and a worker that know each other by address alone, and a report that outlives both."""

import socket
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests.harness.run.program import LocustProgram

ELSEWHERE = "127.0.0.2"
"""Not where a master listens by itself."""

PATIENCE = 180.0
"""Seconds until a process that should have ended counts as wedged."""


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an S3 that this process and its children use."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }.items():
        monkeypatch.setenv(name, value)
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind((ELSEWHERE, 0))
        return int(probe.getsockname()[1])


def test_the_master_waits_for_its_worker_and_copies_the_report_before_it_ends_with_the_verdict(
    s3: str, port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = boto3.client("s3", endpoint_url=s3)
    client.create_bucket(Bucket="reports")
    monkeypatch.setenv("REPORTS_BUCKET", "reports")
    monkeypatch.setenv("LOCUST_MASTER_NODE_HOST", ELSEWHERE)
    monkeypatch.setenv("LOCUST_MASTER_NODE_PORT", str(port))
    bound = ("--master-bind-host", ELSEWHERE, "--master-bind-port", str(port))
    roles = {
        "master": ("--headless", "--scenario", "brief", "--master", "--expect-workers", "1", *bound),
        "worker": ("--worker",),
    }
    programs: dict[str, LocustProgram] = {}
    try:
        for role, arguments in roles.items():
            (tmp_path / role).mkdir()
            programs[role] = LocustProgram(tmp_path / role, *arguments)
        master, worker = programs["master"], programs["worker"]
        code = master.process.wait(PATIENCE)
        assert worker.process.wait(PATIENCE) == 0, worker.said
        assert list(master.reports.glob("*/results.json")), master.said
        (run,) = [path.parent.name for path in master.reports.glob("*/results.json")]
        held = {entry["Key"] for entry in client.list_objects_v2(Bucket="reports")["Contents"]}
        assert held == {f"{run}/{file.name}" for file in (master.reports / run).iterdir()}
        assert f"s3://reports/{run}/report.html" in master.said
        results = master.results()
        # Whatever the verdict: a machine that is busy with other things makes it "invalid".
        assert (code, results.environment["load processes"]) == (results.exit_code, "1")
        assert not worker.reports.exists()
    finally:
        for program in programs.values():
            program.end()
