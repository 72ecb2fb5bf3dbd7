"""`python -m harness run` gives a person a running system, and takes it away again."""

import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.harness.run.program import Program


@pytest.fixture
def program() -> Iterator[list[Program]]:
    started: list[Program] = []
    yield started
    for one in started:
        one.end()


def test_the_system_answers_at_the_printed_addresses_until_ctrl_c(program: list[Program], tmp_path: Path) -> None:
    running = Program(tmp_path, sys.executable, "-m", "harness", "run", "--port", "0", "--instances", "1")
    program.append(running)
    running.wait_until_said("Ctrl-C ends all")
    service = running.said.splitlines()[0].split()[1]
    assert httpx2.get(f"{service}/identity").json()["reliability"] is True
    running.process.send_signal(signal.SIGINT)
    assert running.wait() == 0
    assert running.processes() == []
    assert running.temporary_files() == []


def test_a_taken_port_is_told_and_nothing_stays(program: list[Program], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        running = Program(tmp_path, sys.executable, "-m", "harness", "run", "--port", port, "--instances", "1")
        program.append(running)
        assert running.wait() == 1
    assert f"cannot listen on 127.0.0.1:{port}" in running.said
    assert running.processes() == []
    assert running.temporary_files() == []
