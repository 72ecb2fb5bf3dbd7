"""How every command ends."""

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes, the same for every command."""

    DONE = 0
    USAGE = 2
    NOT_FOUND = 3
    NOT_ALLOWED = 4
    REFUSED = 5
    TIMEOUT = 6
    PARTLY_APPLIED = 7
    CHECK_FAILED = 10
    INTERRUPTED = 130
