"""`python -m harness.drills RESULTS`: the table of the levers that a run pulled, from its results.json."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from harness.criteria.criterion import Finding, Verdict
from harness.report.figures import quantity
from harness.results import Results

HEAD = ("Lever", "Command, with its wait", "On every instance after", "Others served meanwhile", "Verdict")
EFFECTS = ("time to effect", "time to undo")


def drill_table(results: Results) -> str:
    """Markdown: a row for each command, in the order in which they were given."""
    rows = [_row(results, number) for number in range(len(results.pulls))]
    lines = [f"| {' | '.join(cells)} |" for cells in (HEAD, ("---",) * len(HEAD), *rows)]
    return "\n".join([*lines, ""])


def _row(results: Results, number: int) -> tuple[str, ...]:
    pull = results.pulls[number]
    findings = {each.name: each.finding for each in results.criteria if pull.phase in each.phases}
    effect = next((findings[name] for kind in EFFECTS if (name := f"{kind} · {pull.phase}") in findings), None)
    others = next((found for name, found in findings.items() if name.startswith("goodput")), None)
    of_this = [found for name, found in findings.items() if name.endswith(f"· {pull.phase}")]
    passed = pull.exit_code == 0 and all(found.verdict is Verdict.PASS for found in of_this)
    return (
        f"`{pull.command}`",
        f"{pull.ended_at - pull.began_at:.1f} s",
        _value(effect),
        _value(others),
        "pass" if passed else "FAIL",
    )


def _value(finding: Finding | None) -> str:
    return "" if finding is None or finding.value is None else quantity(finding.value, finding.unit)


def main(arguments: Sequence[str]) -> int:
    """Print the table; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m harness.drills", description=__doc__)
    parser.add_argument("results", type=Path, help="results.json of a run of the scenario `drills`")
    file: Path = parser.parse_args(arguments).results
    sys.stdout.write(drill_table(msgspec.json.decode(file.read_bytes(), type=Results)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
