"""The walk through a runbook: each of its commands is typed in its order, and must show what the document says."""

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.documents.document import Command, commands
from tests.documents.reader import PATIENCE, Reader
from tests.documents.shell import Shell


class Walk:
    """One engineer at one terminal, who reads a document from its first command to its last."""

    def __init__(
        self, document: str, folder: Path, variables: Mapping[str, str], *, patience: float = PATIENCE
    ) -> None:
        self.patience = patience
        self._commands: Iterator[Command] = iter(commands(document))
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self._reader = Reader(Shell(folder, {"PATH": path, **variables}, home=folder), patience=patience)

    def command(self, begins: str, *shows: str) -> str:
        """Type the next command, which should be one that begins so; what it said, with these words in it."""
        command = next(self._commands, None)
        assert command is not None, f"the document ends; expected a command that begins with {begins!r}"
        assert command.text.startswith(begins), f"the document says {command.text!r}; expected {begins!r} here"
        return self._reader.type(command, *shows)

    def ends(self) -> None:
        """There is nothing more to type."""
        command = next(self._commands, None)
        assert command is None, f"the document goes on with {command and command.text!r}; expected its end"
