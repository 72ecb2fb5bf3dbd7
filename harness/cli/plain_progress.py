"""Runs as lines, for logs and pipes."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import TextIO

from harness.conduct.progress import Moment
from harness.criteria.criterion import Bound, Finding, Verdict
from harness.plan.scenario import Phase, Scenario
from harness.record import Part, RequestRow
from harness.report.figures import quantity
from harness.results import Results


class PlainProgress:
    """Lines for logs and pipes."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def scenario_began(self, scenario: Scenario) -> None:
        """Announce the scenario."""
        plan = f"{scenario.seconds:.0f} s, {scenario.planned_requests:.0f} requests"
        self.say(f"{scenario.name}: {scenario.title} ({plan})")

    def tick(self, moment: Moment) -> None:
        """Nothing: a pipe wants no motion."""

    def phase_ended(self, part: Part, phase: Phase, rows: Sequence[RequestRow]) -> None:
        """Sum the phase up."""
        self.say(f"  {phase_line(part, phase, rows)}")

    def decided(self, criterion: str, finding: Finding) -> None:
        """Nothing: all lines come at the end."""

    def scenario_ended(self, results: Results) -> None:
        """A line for each criterion, then the verdict."""
        width = max((len(judged.name) for judged in results.criteria), default=0)
        for judged in results.criteria:
            verdict = judged.finding.verdict.replace("_", " ")
            why = "" if judged.finding.verdict is Verdict.PASS else f"  {judged.finding.sentence}"
            self.say(f"  {verdict:<12}  {judged.name:<{width}}  {measured_text(judged.finding)}{why}")
        self.say(f"{results.scenario}: {results.verdict}. {results.sentence}")

    def say(self, text: str) -> None:
        """Print it."""
        self._out.write(text + "\n")
        self._out.flush()

    def close(self) -> None:
        """Nothing to clean up."""


def phase_line(part: Part, phase: Phase, rows: Sequence[RequestRow]) -> str:
    """A phase in one line: how many requests ended how, and how fast."""
    name = phase.name if part is Part.MAIN else f"{part}: {phase.name}"
    load = f"{phase.seconds:>4.0f} s  {len(rows):>5} requests"
    return f"{name:<30} {load}  {p99_text(rows):<11}  {shares_text(rows)}"


def measured_text(finding: Finding) -> str:
    """The value beside its limit."""
    bound = "at most" if finding.bound is Bound.AT_MOST else "at least"
    return f"{quantity(finding.value, finding.unit):>10}, {bound} {quantity(finding.limit, finding.unit)}"


def p99_text(rows: Sequence[RequestRow]) -> str:
    """The 99th percentile of the latency from the planned instant."""
    latencies = sorted(row.latency for row in rows)
    return f"p99 {latencies[math.ceil(0.99 * len(latencies)) - 1] * 1000:.0f} ms" if latencies else ""


def shares_text(rows: Sequence[RequestRow]) -> str:
    """How the requests ended, the most frequent way first."""
    outcomes = Counter(row.outcome for row in rows)
    return ", ".join(
        f"{outcome.replace('_', ' ')} {count / len(rows):.0%}" for outcome, count in outcomes.most_common()
    )
