"""The terminal of an engineer: bash, block after block, with the variables, functions and folder of those before."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from select import select

PATIENCE = 120.0
"""Seconds for a command that takes moments, on a busy machine."""

LINES, COLUMNS = 50, 200

_control = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07|\r")


class Shell:
    """Runs each block in a terminal of its own."""

    def __init__(self, folder: Path, variables: Mapping[str, str], *, home: Path) -> None:
        """`folder` is where it begins."""
        self._folder = folder
        self._kept = home / "variables.sh"
        self._kept.write_text("")
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "TERM": "dumb",
            "NO_COLOR": "1",
            "LINES": str(LINES),
            "COLUMNS": str(COLUMNS),
            **variables,
        }

    def run(self, block: str, *, patience: float = PATIENCE) -> tuple[int, str]:
        """The exit code, and all that was shown."""
        keep = f'{{ export -p; declare -f; printf "cd %q\\n" "$PWD"; }} > "{self._kept}"'
        script = f'set -euo pipefail\n. "{self._kept}"\nset -a\n{block}\nset +a\n{keep}\n'
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        try:
            process = subprocess.Popen(
                ["bash", "-c", script],  # noqa: S607 - as everybody's terminal finds it
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=theirs,
                stderr=theirs,
                start_new_session=True,
            )
        finally:
            os.close(theirs)
        try:
            said = _all_of(ours, patience)
            code = process.wait(patience)
        except (TimeoutError, subprocess.TimeoutExpired) as error:
            raise AssertionError(f"it did not end within {patience:g} s:\n{block}\n{error}") from None
        finally:
            os.close(ours)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        return code, said


def _all_of(terminal: int, patience: float) -> str:
    """What a terminal shows until the last program on it has ended. Raises TimeoutError with what it showed so far."""
    shown = b""
    give_up_at = time.monotonic() + patience
    while time.monotonic() < give_up_at:
        ready, _, _ = select([terminal], [], [], 1.0)
        if not ready:
            continue
        try:
            read = os.read(terminal, 65536)
        except OSError:  # the kernel's word for the end of a terminal
            read = b""
        if not read:
            return _plain(shown)
        shown += read
    raise TimeoutError(_plain(shown))


def _plain(shown: bytes) -> str:
    """As it stands in the end: what was written over is gone."""
    lines = shown.decode(errors="replace").split("\n")
    return "\n".join(_control.sub("", line.rstrip("\r").rpartition("\r")[2]) for line in lines)
