"""The report as Markdown, for a pull request or a terminal."""

from collections.abc import Iterable, Iterator

from harness.criteria.criterion import Bound, Finding, Verdict
from harness.measures.fleet_cards import RolloutChange
from harness.record import PullRow
from harness.report.comparison import Pair, comparison, tells_cpu
from harness.report.figures import instant, microseconds, milliseconds, percent, quantity, span
from harness.results import Results

CRITERIA_HEAD = ("Criterion", "Value", "95 % interval", "Limit", "Used", "Verdict")
CHANGES_HEAD = ("At", "Change", "Callers on the canary", "Why")
PULLS_HEAD = ("At", "Command", "Took", "Ended with")
PAIRS_HEAD = ("Phase", "p99 with", "p99 without", "answered with", "without", "wasted calls with", "without")


def markdown(results: Results) -> str:
    """Verdict, criteria, the comparison, the checks, and how to repeat the run."""
    return "\n".join(_lines(results)) + "\n"


def _lines(results: Results) -> Iterator[str]:
    yield f"# {results.title}: {results.verdict.upper()}"
    yield ""
    yield results.sentence
    yield ""
    length = span(results.ended_at - results.started_at)
    yield f"Scenario `{results.scenario}`, seed {results.seed}, {instant(results.started_at)}, {length}."
    yield ""
    yield from _table(CRITERIA_HEAD, (_criterion(judged.name, judged.finding) for judged in results.criteria))
    if pairs := comparison(results.figures):
        yield from ("", "## With and without the layer", "")
        yield from _table(PAIRS_HEAD, map(_pair, pairs))
        if tells_cpu(pairs):
            yield from ("", "CPU time of the service for each request:", "")
            yield from _table(("Phase", "with the layer", "without"), map(_cpu, pairs))
    for card in results.rollouts:
        yield from ("", f"## Rollout {card.rollout}", "")
        yield from _table(CHANGES_HEAD, (_change(change, results.started_at) for change in card.changes))
    if results.pulls:
        yield from ("", "## Levers", "")
        yield from _table(PULLS_HEAD, (_pull(pull, results.started_at) for pull in results.pulls))
    yield from ("", "## Validity", "")
    yield from (f"- {'yes' if check.holds else '**NO**'}: {_plain(check.sentence)}" for check in results.checks)
    yield from (f"- **NO**: {_plain(reason)}" for reason in results.invalid)
    if command := results.environment.get("command"):
        yield from ("", "## Repeat it", "", "```", command, "```")


def _criterion(name: str, finding: Finding) -> Iterator[str]:
    yield name
    never = finding.value is None and finding.verdict is Verdict.FAIL
    yield "never" if never else quantity(finding.value, finding.unit)
    yield "—" if finding.interval is None else " to ".join(quantity(end, finding.unit) for end in finding.interval)
    yield f"{'≤' if finding.bound is Bound.AT_MOST else '≥'} {quantity(finding.limit, finding.unit)}"
    yield "—" if finding.used is None else f"{finding.used:.0%}"
    yield f"**{finding.verdict.replace('_', ' ')}**"


def _pair(pair: Pair) -> Iterator[str]:
    yield pair.with_layer.phase
    yield from (milliseconds(figures.p99) for figures in (pair.with_layer, pair.without))
    for figures in (pair.with_layer, pair.without):
        yield "—" if figures.availability is None else percent(figures.availability)
    yield from (f"{wasted:,.0f}" for wasted in (pair.wasted_with, pair.wasted_without))


def _cpu(pair: Pair) -> Iterator[str]:
    yield pair.with_layer.phase
    yield from (microseconds(figures.cpu_per_request) for figures in (pair.with_layer, pair.without))


def _change(change: RolloutChange, started_at: float) -> Iterator[str]:
    yield f"{change.at - started_at:.1f} s"
    yield change.change.replace("_", " ")
    yield percent(change.weight)
    yield change.reason


def _pull(pull: PullRow, started_at: float) -> Iterator[str]:
    yield f"{pull.began_at - started_at:.1f} s"
    yield f"`{pull.command}`"
    yield f"{pull.ended_at - pull.began_at:.1f} s"
    yield f"{pull.exit_code} {pull.said}".strip()


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    names = list(head)
    yield f"| {' | '.join(names)} |"
    yield "|" + "---|" * len(names)
    yield from (f"| {' | '.join(map(_plain, row))} |" for row in rows)


def _plain(cell: str) -> str:
    return cell.replace("|", "\\|").replace("\n", " ")
