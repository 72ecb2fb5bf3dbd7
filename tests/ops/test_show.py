"""How findings look to people, on a terminal and in a pipe."""

import os
import pty
import subprocess
import sys

from tests.ops.conftest import ROOT

PROGRAM = """
from ops.checks.finding import Finding, Verdict
from ops.show.findings import findings
findings([
    Finding(name="alarms", verdict=Verdict.FAIL, seen="[bold] is in ALARM", expected="none", next_step="look"),
    Finding(name="breaker", verdict=Verdict.NOT_ASKED, seen="nobody asked"),
])
"""
RED = "\x1b[1;31m"


def shown(stdout: int, **variables: str) -> "subprocess.CompletedProcess[str]":
    terminal = {"TERM": "xterm-256color", "COLUMNS": "80", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM], stdout=stdout, env={**terminal, **variables}, check=True, text=True
    )


def on_a_terminal(**variables: str) -> str:
    ours, its = pty.openpty()
    try:
        shown(its, **variables)
        return os.read(ours, 10_000).decode()
    finally:
        os.close(ours)
        os.close(its)


def test_a_terminal_gets_colours_unless_it_is_asked_not_to() -> None:
    assert RED in on_a_terminal()
    without = on_a_terminal(NO_COLOR="1")
    assert "31m" not in without
    assert "[bold] is in ALARM" in without  # as it is: nothing in a finding is markup


def test_a_pipe_gets_a_line_a_row() -> None:
    assert [line.rstrip() for line in shown(subprocess.PIPE).stdout.splitlines()] == [
        "fail       alarms   [bold] is in ALARM",
        "                    expected: none",
        "                    next: look",
        "not asked  breaker  nobody asked",
    ]
