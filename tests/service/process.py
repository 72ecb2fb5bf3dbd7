"""The service as a process of its own."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0  # seconds, for a busy machine


class Service:
    """A running service and the lines of its log."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        self.log: list[dict[str, Any]] = []

    def wait_for(self, event: str) -> dict[str, Any]:
        """The next line of the log that tells of `event`."""
        assert self.process.stdout is not None
        give_up_at = time.monotonic() + PATIENCE
        while time.monotonic() < give_up_at:
            ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
            line = self.process.stdout.readline() if ready else b""  # unbuffered, or `select` would miss the next one
            if not line:
                break
            self.log.append(json.loads(line))
            if self.log[-1]["event"] == event:
                return self.log[-1]
        raise AssertionError(f"the service did not tell of {event}: {self.log}")

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def ended(self) -> tuple[int, str, str]:
        """Exit code, the rest of standard output, and standard error."""
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out.decode(), err.decode()


@contextmanager
def service(**variables: str) -> Iterator[Service]:
    """`python -m service` with these variables and nothing else of ours; killed when the block ends."""
    with running("service", variables=variables) as process:
        yield Service(process)


@contextmanager
def running(
    module: str, *arguments: str, variables: Mapping[str, str], folder: Path = ROOT
) -> "Iterator[subprocess.Popen[bytes]]":
    """A module as it stands in a folder, with these variables and nothing else of ours; killed when the block ends."""
    system = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "SYSTEMROOT"}}
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=folder, env={**system, **variables}, bufsize=0, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
