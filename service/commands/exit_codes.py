"""How every command of the service ends."""

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes; those of changes are as of `ops`."""

    DONE = 0
    USAGE = 2  # of the command, or of the environment
    NOT_FOUND = 3
    CANNOT_START = 3  # of serving, which looks for nothing
    REFUSED = 5
    TIMEOUT = 6
    STOPPED = 7
