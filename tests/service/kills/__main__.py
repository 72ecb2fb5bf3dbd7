"""`python -m tests.service.kills`: kills at every point and prints the table of docs/operations.md."""

import sys
import tempfile
from pathlib import Path

from tests.service.kills.pair import pair
from tests.service.kills.point import kill_at
from tests.service.kills.points import POINTS
from tests.service.kills.refusing_provider import refusing_provider
from tests.service.kills.table import table


def main() -> None:
    """Print the table of a full run."""
    with (
        tempfile.TemporaryDirectory() as folder,
        refusing_provider() as provider,
        pair(Path(folder), provider.url) as both,
    ):
        kills = [kill_at(seed, activity, both, provider) for seed, activity in POINTS]
    sys.stdout.write(f"{table(kills)}\n")


if __name__ == "__main__":
    main()
