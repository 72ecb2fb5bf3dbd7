"""Somebody at a terminal who types what a document says, and looks whether it shows what it should."""

import time

from tests.documents.document import LONG, WAITS, Command, as_shown
from tests.documents.shell import Shell

PATIENCE = 120.0
"""Seconds for a command on a busy machine, and in which one that only looks must show what it should."""

LONG_PATIENCE = 1800.0
"""Seconds for one that takes minutes."""

PAUSE = 0.2

DONE = 0


class Reader:
    """Types command after command."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def type(self, command: Command) -> None:
        """It must end well, and show what the document has below it, at once unless it says otherwise."""
        give_up_at = time.monotonic() + PATIENCE
        while problem := self._typed(command):
            assert command.note == WAITS, problem
            assert time.monotonic() < give_up_at, problem
            time.sleep(PAUSE)

    def _typed(self, command: Command) -> str:
        """Why it was not as it should be; empty: it was."""
        code, said = self._shell.run(command.text, patience=LONG_PATIENCE if command.note == LONG else PATIENCE)
        if code == DONE and (not command.shown or as_shown(command.shown, said)):
            return ""
        shown = "\n".join(command.shown)
        return f"{command.text}\nends with exit code {code}, and shows\n{said}\nwhere the document has\n{shown}"
