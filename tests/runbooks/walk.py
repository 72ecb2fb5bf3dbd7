"""The walk through a runbook: each of its commands is typed in its order, and must show what the document says."""

import os
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.documents.document import Command, commands, missing
from tests.documents.shell import Shell

PATIENCE = 120.0
"""Seconds in which a command that only looks must show what it should."""

PAUSE = 0.2

DONE, NO_ANSWER = 0, 6
"""Exit codes of `ops` after which it may show something else the next time."""


class Walk:
    """One engineer at one terminal, who reads a document from its first command to its last."""

    def __init__(
        self, document: str, folder: Path, variables: Mapping[str, str], *, patience: float = PATIENCE
    ) -> None:
        self.patience = patience
        self._commands: Iterator[Command] = iter(commands(document))
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self._shell = Shell(folder, {"PATH": path, **variables}, home=folder)

    def command(self, begins: str, *shows: str) -> str:
        """Type the next command, which should be one that begins so; what it said, which should have these words in it.

        It must end well, and show the lines that the document has below it. One that only looks is typed again until
        it does; one that changes something is typed once.
        """
        command = next(self._commands, None)
        assert command is not None, f"the document ends; expected a command that begins with {begins!r}"
        assert command.text.startswith(begins), f"the document says {command.text!r}; expected {begins!r} here"
        give_up_at = time.monotonic() + self.patience
        while problem := self._typed(command, shows):
            assert not command.changes, problem
            assert self._code in {DONE, NO_ANSWER}, problem
            assert time.monotonic() < give_up_at, problem
            time.sleep(PAUSE)
        return self._said

    def ends(self) -> None:
        """There is nothing more to type."""
        command = next(self._commands, None)
        assert command is None, f"the document goes on with {command and command.text!r}; expected its end"

    def _typed(self, command: Command, shows: tuple[str, ...]) -> str:
        """Why it was not as it should be; empty: it was."""
        self._code, self._said = self._shell.run(command.text)
        unsaid = [*missing(command.shown, self._said), *(words for words in shows if words not in self._said)]
        if self._code == DONE and not unsaid:
            return ""
        wanted = f" and does not show {unsaid}" if unsaid else ""
        return f"{command.text}\nends with exit code {self._code}{wanted}:\n{self._said}"
