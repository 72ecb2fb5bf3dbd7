"""A file from which another terminal's shell learns of a running system, for as long as it runs."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


class VariablesFileError(Exception):
    """It cannot be kept there."""


@contextmanager
def variables_file(path: Path) -> Iterator[TextIO]:
    """The empty file, which its owner alone may read; it is gone at the end.

    It is locked meanwhile, so that a second system does not take it from the first; one that a killed system left is
    taken.

    Raises:
        VariablesFileError: another system keeps it, or it cannot be written.
    """
    try:
        file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8")
    except OSError as error:
        raise VariablesFileError(f"{path} cannot be written: {error.strerror}; expected a file for variables") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise VariablesFileError(
                f"{path} tells of another system that runs; expected another file: "
                "make run PORT=0 VARIABLES=.second.run.env"
            ) from None
        file.truncate(0)
        path.chmod(0o600)
        try:
            yield file
        finally:
            path.unlink(missing_ok=True)
