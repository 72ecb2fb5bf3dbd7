"""Runs the chosen scenarios one after another, has them judged, and knows how it all ended."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import gevent

from harness.conduct.progress import Progress
from harness.conduct.run import TargetFailedError, run
from harness.conduct.stage import Stage, Stop
from harness.conduct.venue import Venue
from harness.load.crew import Crew
from harness.plan.scenario import Scenario
from harness.report.artefacts import ReportError, RunsIndexError, write
from harness.report.bucket import CopyError, copy
from harness.results import RunVerdict, assess
from harness.targets.child import ChildFailedError
from harness.targets.clock import RunClock
from harness.targets.outputs import OutputsError

if TYPE_CHECKING:
    from pathlib import Path

USAGE_EXIT_CODE = 2
"""What the process answers when it was asked for something that does not exist."""

_SEVERITY = [verdict.exit_code for verdict in (RunVerdict.ABORTED, *RunVerdict)]
"""Exit codes, worst first: that somebody ended the run says more than what the rest of it was worth."""


class Conductor:
    """Lives on the node that is not a worker and works in a greenlet of its own."""

    def __init__(self, crew: Crew, *, progress: Progress) -> None:
        self._crew = crew
        self._progress = progress
        self._stop = Stop()
        self._greenlet: gevent.Greenlet | None = None
        self.latest_report: Path | None = None
        self._exit_code = RunVerdict.INVALID.exit_code

    @property
    def running(self) -> bool:
        """Whether a scenario is under way or being judged."""
        return self._greenlet is not None and not self._greenlet.ready()

    @property
    def over(self) -> bool:
        """Whether a start has ended, and nobody has taken notice by `rest`."""
        return self._greenlet is not None and self._greenlet.ready()

    @property
    def exit_code(self) -> int:
        """How the last start ended, the worst of its scenarios; 13 (invalid) until it has ended."""
        return self._exit_code

    def start(self, scenarios: Sequence[Scenario], venue: Venue) -> None:
        """Run the scenarios; returns at once."""
        self._stop = Stop()
        self._exit_code = RunVerdict.INVALID.exit_code
        self._greenlet = gevent.spawn(self._run_all, scenarios, venue)

    def refuse(self, why: str) -> None:
        """Instead of a start: say why there is none."""
        self._progress.say(why)
        self._exit_code = USAGE_EXIT_CODE
        self._greenlet = gevent.spawn(lambda: None)

    def stop(self, reason: str) -> None:
        """End early, with a report of what was measured; returns when it is written."""
        if self.running:
            self._stop.ask(reason)
            self.join()

    def join(self) -> None:
        """Wait until all is written."""
        if self._greenlet is not None:
            self._greenlet.join()

    def rest(self) -> None:
        """Be ready for another start."""
        if self.over:
            self._greenlet = None

    def _run_all(self, scenarios: Sequence[Scenario], venue: Venue) -> None:
        try:
            codes = [self._run_one(scenario, venue) for scenario in scenarios if not self._stop.reason]
        finally:
            self._progress.close()
        self._exit_code = min(codes, key=_SEVERITY.index, default=RunVerdict.ABORTED.exit_code)

    def _run_one(self, scenario: Scenario, venue: Venue) -> int:
        self._progress.scenario_began(scenario)
        run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{scenario.name}"
        folder = venue.reports / run_id
        try:
            stage = Stage(
                scenario=scenario,
                target=venue.target(scenario),
                crew=self._crew,
                progress=self._progress,
                stop=self._stop,
                clock=RunClock(),
            )
            record = run(
                stage,
                run_id=run_id,
                environment=venue.environment(scenario, players=len(self._crew.ready())),
                overrides=venue.overrides(scenario),
            )
            results = assess(scenario, record)
            self._progress.scenario_ended(results)
            write(results, record, folder, secrets=venue.secrets)
        except RunsIndexError as error:  # the report itself is there
            self._progress.say(f"{scenario.name}: {error}")
        except (ChildFailedError, OutputsError, TargetFailedError, ReportError) as error:
            self._progress.say(f"{scenario.name}: {error}")
            return RunVerdict.INVALID.exit_code
        self.latest_report = folder / "report.html"
        self._progress.say(f"  {self.latest_report}\n")
        if venue.reports_bucket:
            self._copy(folder, venue.reports_bucket)
        return results.exit_code

    def _copy(self, folder: "Path", bucket: str) -> None:
        """Tell where the copy is, or that there is none: the verdict is what it is without it."""
        try:
            self._progress.say(f"  {copy(folder, bucket)}\n")
        except CopyError as error:
            self._progress.say(str(error))
