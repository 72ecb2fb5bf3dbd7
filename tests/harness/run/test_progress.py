"""A person sees what is played, what fails, how requests end and where the breakers stand."""

import io
from typing import Any

from rich.console import Console

from harness.cli.plain_progress import PlainProgress
from harness.cli.terminal_progress import TerminalProgress
from harness.conduct.progress import Moment
from harness.criteria.criterion import Bound, Finding, Verdict
from harness.plan.requests import embed
from harness.plan.scenario import Fault, FaultMode, Phase, Scenario
from harness.record import JournalRow, Outcome, Part, RequestRow, RunRecord
from harness.results import Results, assess

healthy = Phase(name="healthy", seconds=10, rate=40)
failing = Phase(name="failing", seconds=20, rate=40, faults=[Fault(dependency="embeddings", mode=FaultMode.HANG)])


class Opens:
    """A criterion that fails."""

    name = "time to open"
    phases = ("failing",)

    def assess(self, record: RunRecord) -> Finding:
        sentence = f"Nothing opened in {record.scenario}."
        return Finding(
            verdict=Verdict.FAIL, sentence=sentence, value=3.0, limit=1.0, bound=Bound.AT_MOST, unit="s", used=3.0
        )


scenario = Scenario(
    name="breaker", title="The provider fails", phases=[healthy, failing], requests=[embed], criteria=[Opens()]
)


def row(latency: float, outcome: Outcome) -> RequestRow:
    return RequestRow(
        request_id="r",
        part=Part.MAIN,
        phase="failing",
        request="embed",
        caller="c",
        planned_at=100.0,
        sent_at=100.0,
        ended_at=100.0 + latency,
        status=200,
        outcome=outcome,
    )


def opened(instance: str, state: str) -> JournalRow:
    return JournalRow(
        instance=instance,
        boot_id="b",
        sequence=1,
        at=100.0,
        type="breaker_opened",
        subject="embeddings:stable",
        reason="",
        detail={"to": state},
    )


ROWS = [row(0.02, Outcome.SERVED), row(0.03, Outcome.FALLBACK), row(0.5, Outcome.FALLBACK), row(5, Outcome.TIMED_OUT)]


def moment(**changes: Any) -> Moment:
    now: dict[str, Any] = {
        "part": Part.MAIN,
        "phase": failing,
        "phase_began_at": 95.0,
        "at": 102.0,
        "sent": 7,
        "rows": ROWS,
        "journal": [opened("main-1", "open"), opened("main-2", "open"), opened("main-1", "half_open")],
    }
    return Moment(**(now | changes))


def results() -> Results:
    record = RunRecord(
        scenario="breaker",
        run_id="run",
        seed=1,
        started_at=0,
        ended_at=1,
        phases=[],
        faults=[],
        requests=[],
        attempts=[],
        journal=[],
        invalid=[],
        environment={},
        overrides={},
    )
    return assess(scenario, record)


def test_a_pipe_gets_a_line_for_each_phase_and_criterion() -> None:
    out = io.StringIO()
    progress = PlainProgress(out)
    progress.scenario_began(scenario)
    progress.tick(moment())
    progress.phase_ended(Part.MAIN, failing, ROWS)
    progress.phase_ended(Part.CONTRAST, healthy, [])
    progress.scenario_ended(results())
    lines = [" ".join(line.split()) for line in out.getvalue().splitlines()]
    assert lines[0] == "breaker: The provider fails (30 s, 1200 requests)"
    assert lines[1] == "failing 20 s 4 requests p99 5000 ms fallback 50%, served 25%, timed out 25%"
    assert lines[2] == "contrast: healthy 10 s 0 requests"
    assert "fail time to open 3.00 s, at most 1.00 s Nothing opened in breaker." in lines
    assert lines[-1].startswith("breaker: ")


def shown(*, now: Moment) -> str:
    console = Console(file=io.StringIO(), force_terminal=True, width=120, color_system=None)
    progress = TerminalProgress(console)
    progress.scenario_began(scenario)
    progress.tick(now)
    progress.decided("time to open", results().criteria[0].finding)
    progress.close()
    out = console.file
    assert isinstance(out, io.StringIO)
    return out.getvalue()


def test_a_terminal_shows_phase_fault_load_and_breakers() -> None:
    told = shown(now=moment())
    assert "7 of 20 s  phase 2 of 2" in told
    assert "fault     embeddings never answers" in told
    assert "requests  7 sent, 4 ended, 1/s of 40/s  p99 5000 ms  fallback 50%, served 25%, timed out 25%" in told
    assert "embeddings:stable  main-1 half open  main-2 open" in told
    assert "fail  time to open" in told
    assert "3.00 s, at most 1.00 s" in told


def test_a_terminal_shows_a_phase_that_has_barely_begun() -> None:
    told = shown(now=moment(phase=healthy, at=94.0, sent=0, rows=[], journal=[]))
    assert "0 of 10 s  phase 1 of 2" in told
    assert "requests  0 sent, 0 ended" in told
