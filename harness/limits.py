"""`python -m harness.limits RESULTS…`: each criterion's limit beside what the runs of several results.json measured."""

import argparse
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from harness.criteria.criterion import Bound, Finding, Verdict
from harness.report.figures import quantity
from harness.results import Results


def limits_table(runs: Iterable[Results]) -> str:
    """Markdown: a table for each scenario, a row for each criterion."""
    findings: dict[str, dict[str, list[Finding]]] = defaultdict(lambda: defaultdict(list))
    for results in runs:
        for judged in results.criteria:
            findings[results.scenario][judged.name].append(judged.finding)
    return "\n".join(_scenario_table(scenario, by_name) for scenario, by_name in sorted(findings.items()))


def _scenario_table(scenario: str, findings: dict[str, list[Finding]]) -> str:
    runs = max(len(of_one) for of_one in findings.values())
    rows = [_row(name, of_one) for name, of_one in findings.items()]
    head = ("Criterion", "Median", "Lowest to highest", "Limit", "Limit ÷ median", "Passed")
    lines = [f"| {' | '.join(cells)} |" for cells in (head, ("---",) * len(head), *rows)]
    return "\n".join([f"## {scenario}, {runs} runs", "", *lines, ""])


def _row(name: str, findings: Sequence[Finding]) -> tuple[str, ...]:
    latest = findings[-1]
    values = [finding.value for finding in findings if finding.value is not None]
    passed = f"{sum(finding.verdict is Verdict.PASS for finding in findings)} of {len(findings)}"
    limit = f"{'≤' if latest.bound is Bound.AT_MOST else '≥'} {quantity(latest.limit, latest.unit)}"
    if not values:
        return (name, "", "", limit, "", passed)
    median = statistics.median(values)
    spread = f"{quantity(min(values), latest.unit)} to {quantity(max(values), latest.unit)}"
    return (name, quantity(median, latest.unit), spread, limit, _headroom(median, latest), passed)


def _headroom(median: float, finding: Finding) -> str:
    """How many times the median the limit is; for a share that must be high, of what is lost."""
    spent, allowed = (median, finding.limit) if finding.bound is Bound.AT_MOST else (1 - median, 1 - finding.limit)
    return f"{allowed / spent:.1f}" if spent > 0 else "none was used"


def main(arguments: Sequence[str]) -> int:
    """Print the tables; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m harness.limits", description=__doc__)
    parser.add_argument("results", nargs="+", type=Path, help="results.json of runs of the same scenarios")
    files: list[Path] = parser.parse_args(arguments).results
    sys.stdout.write(limits_table(msgspec.json.decode(file.read_bytes(), type=Results) for file in files))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
