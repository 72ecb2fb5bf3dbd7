"""A process of the local target: started, awaited until it listens, stopped, and never outliving us."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from harness.targets import leash

START_LIMIT = 20.0
"""Seconds until a process must listen."""

STOP_LIMIT = 3.0
"""Seconds from asking a process to end until it is killed."""

_POLL = 0.02

_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH")
"""All that a process sees of our environment: a person's own settings must not change what a verdict rests on."""


class ChildFailedError(Exception):
    """A process of the local target did not start, or ended; the message carries its own last words."""


class Child:
    """One process, on a leash; its output goes to files in `folder`."""

    def __init__(self, name: str, command: Sequence[str], *, environment: Mapping[str, str], folder: Path) -> None:
        """Start the process; it has not answered yet."""
        self.name = name
        self._out, self._err = folder / f"{name}.out", folder / f"{name}.err"
        inherited = {key: os.environ[key] for key in _INHERITED if key in os.environ}
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self._process = subprocess.Popen(
                [sys.executable, "-S", "-E", str(leash.__file__), str(os.getpid()), *command],
                env=inherited | dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,  # a Ctrl-C at the terminal is ours to handle
            )

    def listening(self) -> dict[str, Any]:
        """Wait until the process says that it listens, and return what it said; ChildFailedError when it does not."""
        give_up_at = time.monotonic() + START_LIMIT
        while time.monotonic() < give_up_at:
            for line in self._out.read_bytes().splitlines(keepends=True):
                if line.endswith(b"\n") and b'"listening"' in line:
                    said: dict[str, Any] = msgspec.json.decode(line)
                    return said
            if ended := self.ended():
                raise ChildFailedError(ended)
            time.sleep(_POLL)
        raise ChildFailedError(f"{self.name} did not listen within {START_LIMIT:g} s.{self._last_words()}")

    def cpu_seconds(self) -> float:
        """What its threads have taken of the CPU so far, by the kernel's scheduler; 0 when it is gone."""
        tasks = Path(f"/proc/{self._process.pid}/task")
        try:
            return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.iterdir()) / 1e9
        except OSError:
            return 0.0

    def ended(self) -> str:
        """A sentence with exit code and last words when the process has ended, else an empty string."""
        code = self._process.poll()
        return "" if code is None else f"{self.name} ended with exit code {code}.{self._last_words()}"

    def ask_to_end(self) -> None:
        """Send SIGTERM and return at once."""
        if self._process.poll() is None:
            self._process.terminate()

    def stop(self) -> None:
        """End the process: SIGTERM, then SIGKILL after STOP_LIMIT; returns when it is gone."""
        self.ask_to_end()
        try:
            self._process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _last_words(self) -> str:
        words = self._err.read_bytes()[-2000:].strip() or self._out.read_bytes()[-2000:].strip()
        return f" Its last words:\n{words.decode(errors='replace')}" if words else " It said nothing."
