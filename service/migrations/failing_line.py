"""Finds the line of a migration at which it failed."""

import traceback
from pathlib import Path

from service.migrations.migration import shown


def failing_line(file: Path, error: BaseException) -> str:
    """The migration's file, with the line that it had come to."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename).name == file.name]
    return f"{shown(file)}, line {lines[-1]}" if lines else shown(file)
