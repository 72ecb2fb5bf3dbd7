"""Programs as processes of their own, with everything they start in sight."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from harness.results import Results

LIMIT = 60.0
"""Seconds until a test gives a process up."""


class Program:
    """A program of ours, in a folder of its own; the processes that it starts are told by their TMPDIR."""

    def __init__(self, folder: Path, *command: str) -> None:
        self._folder = folder
        self._out = folder / "out.txt"
        temporary = folder / "tmp"
        temporary.mkdir()
        with self._out.open("wb") as out:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=os.environ | {"TMPDIR": str(temporary)},
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self._out.read_text()

    def wait(self) -> int:
        return self.process.wait(LIMIT)

    def wait_until(self, done: Callable[[], object]) -> None:
        give_up_at = time.monotonic() + LIMIT
        while not done():
            assert self.process.poll() is None, self.said
            assert time.monotonic() < give_up_at, self.said
            time.sleep(0.05)

    def wait_until_said(self, words: str) -> None:
        self.wait_until(lambda: words in self.said)

    def signal_all(self, number: signal.Signals) -> None:
        """As a terminal does: to Locust and to its workers."""
        os.killpg(self.process.pid, number)

    def pids(self, words: str) -> list[int]:
        """The processes that it started whose command holds the words."""
        entries = [entry for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
        found = [int(entry.name) for entry in entries if words in self._ours(entry)]
        return sorted(set(found) - {self.process.pid})

    def processes(self) -> list[str]:
        """The commands of all processes that it started, itself included, dead or adopted by init."""
        entries = [entry for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
        return [command for entry in entries if (command := self._ours(entry))]

    def _ours(self, entry: Path) -> str:
        try:
            mine = f"TMPDIR={self._folder / 'tmp'}".encode() in (entry / "environ").read_bytes().split(b"\0")
            return (entry / "cmdline").read_text().replace("\0", " ") if mine else ""
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            return ""  # it is gone, or not ours to look at

    def wait_for_none(self) -> None:
        """Wait until the kernel has ended all; a dead process is no process."""
        give_up_at = time.monotonic() + 5
        while self.processes():
            assert time.monotonic() < give_up_at, self.processes()
            time.sleep(0.02)

    def temporary_files(self) -> list[Path]:
        return list((self._folder / "tmp").iterdir())

    def end(self) -> None:
        """Leave nothing behind, whatever the test found."""
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal() and self._ours(entry):
                os.kill(int(entry.name), signal.SIGKILL)
        self.process.wait(LIMIT)
        shutil.rmtree(self._folder / "tmp", ignore_errors=True)


class LocustProgram(Program):
    """`locust -f tests/harness/run/scenarios`, with reports in the folder."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.reports = folder / "reports"
        locust = str(Path(sys.executable).with_name("locust"))
        scenarios = str(Path(__file__).with_name("scenarios"))
        super().__init__(folder, locust, "-f", scenarios, "--reports", str(self.reports), *arguments)

    def results(self) -> Results:
        """Those of the only run."""
        (path,) = self.reports.glob("*/results.json")
        return msgspec.json.decode(path.read_bytes(), type=Results)
