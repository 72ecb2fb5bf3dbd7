"""`python -m tests.defects.table > docs/seeded-defects.md`: every defect put to its scenarios, about an hour."""

import sys
from collections.abc import Iterator

from tests.defects.catalogue import DEFECTS
from tests.defects.trial import failing, trial

HEAD = """# Seeded defects

Who proves the proof? The service is started with one wrong part, applied from outside by `tests/defects/`, and put to
the scenario as its own processes under real load. The scenario must fail by the criterion that is there for that part.
`make test` runs a sample, `make test-all` all of them; this page is written by `python -m tests.defects.table`.

| Defect | Scenario | Verdict | Failed criteria (**the one that must**) |
|---|---|---|---|
"""

TAIL = """
## Survivors

Two wrong parts cost so little within the minutes of a scenario that no criterion tells them from a busy machine.
Tests find them:

- **Checks of a round in series**: a round takes as long as all dependencies that hang together, a second and a half
  with three of them; `tests/service/test_health_gates.py` measures a round in virtual time.
- **Evidence with a single start**: after half a minute of health a fault is found a second or two later, after an hour
  minutes later; `tests/benchmarks/test_start_points.py` and `tests/unit/reliability/test_evidence.py` count requests.
"""


def rows() -> Iterator[str]:
    """A line of the table for each trial."""
    for name, defect in DEFECTS.items():
        for scenario, must in defect.caught_by.items():
            results = trial(scenario, name)
            failed = failing(results)
            others = sorted(failed - {must})
            told = ", ".join([*([f"**{must}**"] if must in failed else []), *others]) or "survived"
            yield f"| {name.replace('_', ' ')} | {scenario} | {results.verdict} | {told} |\n"


if __name__ == "__main__":
    sys.stdout.write(HEAD)
    for row in rows():
        sys.stdout.write(row)
        sys.stdout.flush()
    sys.stdout.write(TAIL)
