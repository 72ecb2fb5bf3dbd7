"""Which runs stay on disk."""

import shutil
from collections.abc import Iterator
from pathlib import Path

RESULTS = "results.json"
"""The file that makes a folder a run's."""


def runs(reports: Path) -> Iterator[Path]:
    """The folders of runs, newest first; their names begin with the time."""
    return (found.parent for found in sorted(reports.glob(f"*/{RESULTS}"), reverse=True))


def remove_oldest(reports: Path, *, keep: int) -> None:
    """Remove all but the newest `keep` runs. A folder that holds no results is not ours and stays."""
    for run in list(runs(reports))[keep:]:
        shutil.rmtree(run)
