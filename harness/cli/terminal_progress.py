"""The run on a terminal: what is being played, what fails, how requests end, where the breakers stand."""

from collections.abc import Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from harness.cli.plain_progress import measured_text, p99_text, phase_line, shares_text
from harness.conduct.progress import Moment
from harness.criteria.criterion import Finding, Verdict
from harness.plan.arrivals import part_phases
from harness.plan.fault_text import describe
from harness.plan.scenario import Phase, Scenario
from harness.record import Part, RequestRow
from harness.results import Results, RunVerdict

RECENT = 3.0
"""Seconds that rates and percentiles on the screen look back."""

_BREAKER = "breaker_"

_STYLES = {
    "pass": "bold green",
    "fail": "bold red",
    "inconclusive": "bold yellow",
    "not_asked": "dim",
    "aborted": "bold red",
    "invalid": "bold red",
    "closed": "green",
    "open": "red",
    "half_open": "yellow",
    "isolated": "magenta",
}


class TerminalProgress:
    """A few lines that are drawn anew at each tick, below the lines that stay."""

    def __init__(self, console: Console) -> None:
        self._console = console
        # Drawn by our ticks alone: a refresh thread would disturb the generator when it is in the same process.
        self._live = Live(console=console, auto_refresh=False, transient=True)
        self._scenario: Scenario | None = None

    def scenario_began(self, scenario: Scenario) -> None:
        """Announce the scenario and begin to draw."""
        self._scenario = scenario
        self._console.print(Text(f"{scenario.name}  ", "bold"), Text(scenario.title), sep="")
        self._live.start()
        self._live.update(Text("starting the target …", "dim"), refresh=True)

    def tick(self, moment: Moment) -> None:
        """Draw the present state."""
        if self._scenario is not None:
            self._live.update(Group(*_screen(self._scenario, moment)), refresh=True)

    def phase_ended(self, part: Part, phase: Phase, rows: Sequence[RequestRow]) -> None:
        """Sum the phase up, above what moves."""
        self._console.print(Text(f"  {phase_line(part, phase, rows)}"), soft_wrap=True)

    def decided(self, criterion: str, finding: Finding) -> None:
        """Show the answer, above what moves."""
        told = Text.assemble("    ", _verdict(finding.verdict), "  ", (criterion, "dim"), "  ", measured_text(finding))
        self._console.print(told, soft_wrap=True)

    def scenario_ended(self, results: Results) -> None:
        """The table of criteria, and the verdict."""
        self._live.stop()
        table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
        for judged in results.criteria:
            finding = judged.finding
            why = "" if finding.verdict is Verdict.PASS else finding.sentence
            table.add_row(_verdict(finding.verdict), judged.name, Text(measured_text(finding), "dim"), why)
        self._console.print(table)
        told = Text.assemble((f"{results.scenario}: ", "bold"), _verdict(results.verdict), f"  {results.sentence}")
        self._console.print(told)

    def say(self, text: str) -> None:
        """Print it above what moves."""
        self._console.print(Text(text), soft_wrap=True)

    def close(self) -> None:
        """Stop drawing."""
        self._live.stop()


def _verdict(verdict: Verdict | RunVerdict) -> Text:
    return Text(verdict.replace("_", " "), _STYLES[verdict])


def _screen(scenario: Scenario, moment: Moment) -> Iterator[RenderableType]:
    phases = part_phases(scenario, moment.part)
    number = [phase.name for phase in phases].index(moment.phase.name) + 1
    elapsed = min(max(0.0, moment.at - moment.phase_began_at), moment.phase.seconds)
    head = Table.grid(padding=(0, 2))
    head.add_row(
        Text(moment.phase.name, "bold"),
        ProgressBar(total=moment.phase.seconds, completed=elapsed, width=30),
        Text(f"{elapsed:.0f} of {moment.phase.seconds:.0f} s"),
        Text(f"phase {number} of {len(phases)}{'' if moment.part is Part.MAIN else ', without the layer'}", "dim"),
    )
    yield head
    yield from (Text(f"fault     {describe(fault)}", "red") for fault in moment.phase.faults)
    recent = [row for row in moment.rows[-2000:] if row.ended_at > moment.at - RECENT]
    rate = f"{len(recent) / RECENT:.0f}/s of {moment.phase.rate:g}/s"
    yield Text(
        f"requests  {moment.sent} sent, {len(moment.rows)} ended, {rate}  {p99_text(recent)}  {shares_text(recent)}"
    )
    yield from _breakers(moment)


def _breakers(moment: Moment) -> Iterator[Text]:
    states: dict[str, dict[str, str]] = {}
    for row in moment.journal:
        if row.type.startswith(_BREAKER):
            states.setdefault(row.subject, {})[row.instance] = str(row.detail.get("to", ""))
    for breaker, by_instance in sorted(states.items()):
        line = Text(f"breaker   {breaker}  ")
        for instance, state in sorted(by_instance.items()):
            line.append(f"{instance} ").append(state.replace("_", " "), _STYLES.get(state, "")).append("  ")
        yield line
