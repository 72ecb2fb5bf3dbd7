"""How every command of the service ends."""

from enum import IntEnum, unique


@unique
class Exit(IntEnum):
    """The exit codes of commands that end by themselves; those of changes are as of `ops`."""

    DONE = 0
    USAGE = 2  # of the command, or of the environment
    NOT_FOUND = 3
    REFUSED = 5
    TIMEOUT = 6
    STOPPED = 7


@unique
class ServeExit(IntEnum):
    """The exit codes of serving, which looks for nothing."""

    DONE = 0
    USAGE = 2
    CANNOT_START = 3
