"""A terminal in which something goes on until its reader ends it."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from tests.documents.document import Command, missing

PATIENCE = 120.0
"""Seconds until it must show what it should, on a busy machine, and until it has ended."""


class Terminal:
    """Runs one block."""

    def __init__(self, command: Command, folder: Path, variables: Mapping[str, str], *, said: Path) -> None:
        self._command = command
        self._said = said
        with said.open("wb") as out:
            self._process = subprocess.Popen(
                ["bash", "-c", command.text],  # noqa: S607 - as everybody's terminal finds it
                cwd=folder,
                env=dict(variables),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self._said.read_text(encoding="utf-8", errors="replace")

    def shows(self) -> None:
        """Wait until it shows what the document has below it."""
        give_up_at = time.monotonic() + PATIENCE
        while unsaid := missing(self._command.shown, self.said):
            problem = f"{self._command.text}\ndoes not show {unsaid}:\n{self.said}"
            assert self._process.poll() is None, problem
            assert time.monotonic() < give_up_at, problem
            time.sleep(0.1)

    def end(self) -> None:
        """Ctrl-C, to all that runs in it."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGINT)
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            raise
