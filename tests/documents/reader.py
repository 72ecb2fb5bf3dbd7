"""Somebody at a terminal who types what a document says, and looks whether it shows what it should."""

import time

from tests.documents.document import Command, missing
from tests.documents.shell import Shell

PATIENCE = 120.0
"""Seconds in which a command that only looks must show what it should."""

PAUSE = 0.2

DONE, NO_ANSWER = 0, 6
"""Exit codes of `ops` after which it may show something else the next time."""


class Reader:
    """Types command after command."""

    def __init__(self, shell: Shell, *, patience: float = PATIENCE) -> None:
        self._shell = shell
        self._patience = patience

    def type(self, command: Command, *shows: str) -> str:
        """What it said: it must end well, and show the lines that the document has below it, and these words.

        A command that only looks is typed again until it does; one that changes something is typed once.
        """
        give_up_at = time.monotonic() + self._patience
        while True:
            code, said = self._shell.run(command.text)
            problem = _problem(command, code, said, shows)
            if not problem:
                return said
            assert not command.changes, problem
            assert code in {DONE, NO_ANSWER}, problem
            assert time.monotonic() < give_up_at, problem
            time.sleep(PAUSE)


def _problem(command: Command, code: int, said: str, shows: tuple[str, ...]) -> str:
    """Why it was not as it should be; empty: it was."""
    unsaid = [*missing(command.shown, said), *(words for words in shows if words not in said)]
    if code == DONE and not unsaid:
        return ""
    wanted = f" and does not show {unsaid}" if unsaid else ""
    return f"{command.text}\nends with exit code {code}{wanted}:\n{said}"
