"""`python -m harness run` gives a person a running system, and takes it away again."""

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.harness.run.program import Program

RUN = (sys.executable, "-m", "harness", "run", "--instances", "1")


@pytest.fixture
def program() -> Iterator[list[Program]]:
    started: list[Program] = []
    yield started
    for one in started:
        one.end()


def test_the_system_answers_at_the_printed_addresses_until_ctrl_c(program: list[Program], tmp_path: Path) -> None:
    running = Program(tmp_path, *RUN, "--port", "0")
    program.append(running)
    running.wait_until_said("Ctrl-C ends all")
    service = running.said.splitlines()[0].split()[1]
    assert httpx2.get(f"{service}/identity").json()["reliability"] is True
    running.process.send_signal(signal.SIGINT)
    assert running.wait() == 0
    assert running.processes() == []
    assert running.temporary_files() == []


def test_another_terminal_reads_what_it_needs_from_a_file_of_its_owner_until_the_end(
    program: list[Program], tmp_path: Path
) -> None:
    file = tmp_path / "run.env"
    running = Program(tmp_path, *RUN, "--port", "0", "--variables", str(file))
    program.append(running)
    running.wait_until_said("Ctrl-C ends all")
    assert file.stat().st_mode & 0o777 == 0o600
    asked = 'source "$0"; curl -s -H "Authorization: Bearer $BALLAST_OPERATOR_TOKEN" "$BALLAST_URL/api/ops/instances"'
    answer = subprocess.run(["bash", "-c", asked, file], capture_output=True, text=True, check=True).stdout  # noqa: S607 - the system's
    assert [each["instance"] for each in json.loads(answer)["instances"]] == ["main-1"]
    [token] = re.findall("OPERATOR_TOKEN=(.+)", file.read_text())
    assert token not in running.said
    running.process.send_signal(signal.SIGINT)
    assert running.wait() == 0
    assert not file.exists()


def test_a_taken_port_is_told_and_nothing_stays(program: list[Program], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        running = Program(tmp_path, *RUN, "--port", port)
        program.append(running)
        assert running.wait() == 1
    assert f"cannot listen on 127.0.0.1:{port}" in running.said
    assert "make run PORT=0" in running.said
    assert running.processes() == []
    assert running.temporary_files() == []
