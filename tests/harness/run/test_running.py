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


def run(folder: Path, *arguments: str) -> Program:
    file = ("--variables", str(folder / "run.env"))
    return Program(folder, sys.executable, "-m", "harness", "run", "--instances", "1", *file, *arguments)


@pytest.fixture
def program() -> Iterator[list[Program]]:
    started: list[Program] = []
    yield started
    for one in started:
        one.end()


def test_the_system_answers_at_the_printed_addresses_until_ctrl_c(program: list[Program], tmp_path: Path) -> None:
    running = run(tmp_path, "--port", "0")
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
    running = run(tmp_path, "--port", "0")
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
        running = run(tmp_path, "--port", port)
        program.append(running)
        assert running.wait() == 1
    assert f"cannot listen on 127.0.0.1:{port}" in running.said
    assert "make run PORT=0" in running.said
    assert running.processes() == []
    assert running.temporary_files() == []


def test_a_second_one_does_not_take_the_file_of_the_first_and_what_a_killed_one_left_is_taken(
    program: list[Program], tmp_path: Path
) -> None:
    (tmp_path / "run.env").write_text("export OF=another\n" * 99)
    program.append(run(tmp_path, "--port", "0"))
    program[0].wait_until_said("Ctrl-C ends all")
    assert "OF=another" not in (tmp_path / "run.env").read_text()
    (tmp_path / "second").mkdir()
    second = run(tmp_path / "second", "--port", "0", "--variables", str(tmp_path / "run.env"))
    program.append(second)
    assert second.wait() == 1
    assert "run.env tells of another system that runs; expected another file" in second.said
    assert "BALLAST_URL" in (tmp_path / "run.env").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--instances", "0"), "--instances"),
        (("--set", "=5"), "'=5' is no setting; expected NAME=VALUE"),
        (("--variables", "/no/such/folder/file"), "/no/such/folder/file cannot be written"),
        (("--port", "0", "--set", "BREAKER_OPEN_SECONDS=-1"), "BREAKER_OPEN_SECONDS is -1"),
    ],
)
def test_what_it_cannot_do_is_told(
    arguments: tuple[str, ...], said: str, program: list[Program], tmp_path: Path
) -> None:
    running = run(tmp_path, *arguments)
    program.append(running)
    assert running.wait() != 0
    assert said in running.said
    assert running.processes() == []
