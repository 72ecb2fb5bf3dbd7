"""A defective service put to a scenario, as its own processes: which criteria noticed?"""

import functools
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from harness.results import Results

ROOT = Path(__file__).parents[2]
LIMIT = 300
"""Seconds that a trial may take at most."""


@functools.cache
def trial(scenario: str, defect: str) -> Results:
    """What the scenario says of the service with that defect."""
    with tempfile.TemporaryDirectory() as reports:
        ended = subprocess.run(
            [
                *(sys.executable, "-m", "locust", "-f", "tests/defects/locustfile.py", "--headless"),
                *("--scenario", scenario, "--reports", reports),
                *("--service-command", shlex.join((sys.executable, "-m", "tests.defects", defect))),
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
        written = list(Path(reports).glob("*/results.json"))
        assert len(written) == 1, f"{ended.stdout}\n{ended.stderr}"
        return msgspec.json.decode(written[0].read_bytes(), type=Results)


def failing(results: Results) -> set[str]:
    """The criteria that failed."""
    return {judged.name for judged in results.criteria if judged.finding.verdict == "fail"}
