"""The conductor's place in Locust: starts it with a test, ends it with the test, and tells Locust the verdict."""

import logging
import os
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path

import gevent
from locust.env import Environment
from locust.runners import LocalRunner, MasterRunner
from locust.web import WebUI
from rich.console import Console

from harness.cli.options import WEB_OPTIONS, UsageError, chosen_scenarios
from harness.cli.plain_progress import PlainProgress
from harness.cli.plan_text import plan_text
from harness.cli.signals import on_interrupt
from harness.cli.terminal_progress import TerminalProgress
from harness.cli.web_pages import add_report_pages
from harness.conduct.conductor import Conductor
from harness.conduct.venue import Venue
from harness.load.crew import Crew
from harness.plan.scenario import Scenario
from harness.results import RunVerdict


class Podium:
    """Lives on the node that is not a worker, for as long as the process."""

    def __init__(
        self,
        environment: Environment,
        runner: LocalRunner | MasterRunner,
        web_ui: WebUI | None,
        *,
        scenarios: Mapping[str, Scenario],
        by_class: Sequence[Scenario],
    ) -> None:
        """UsageError when the command line asks for what cannot be."""
        self._environment = environment
        self._runner = runner
        self._web_ui = web_ui
        self._scenarios = scenarios
        self._by_class = by_class
        self._main = gevent.getcurrent()
        # A copy: any web page that the person opens may post to the web UI, and a post may change each option.
        self._options = Namespace(**vars(environment.parsed_options))
        self._chosen(self._options)
        self._crew = Crew(runner)
        self._conductor = Conductor(
            self._crew,
            # Beside the web UI Locust writes its own news to the terminal.
            progress=TerminalProgress(Console())
            if web_ui is None and sys.stdout.isatty()
            else PlainProgress(sys.stdout),
        )
        self._users = 0
        happenings = environment.events
        for event, listener in (
            (happenings.test_start, self._begin),
            (happenings.test_stopping, self._end),
            (happenings.test_stop, self._rest),
            (happenings.quitting, self._end),
        ):
            event.add_listener(listener)  # type: ignore[no-untyped-call] # Locust's own
        on_interrupt(self._interrupted, now=lambda: os._exit(RunVerdict.ABORTED.exit_code))
        if web_ui is not None:
            add_report_pages(
                web_ui,
                Path(self._options.reports),
                base_path=self._options.web_base_path or "",
                latest=lambda: self._conductor.latest_report,
            )
        elif not self._options.print_stats:
            # Our own lines are what one sees; Locust's tables would repeat them with rounded figures.
            logging.getLogger("locust.stats_logger").setLevel(logging.WARNING)

    @property
    def dry_run(self) -> bool:
        """Whether the plan is all that was asked for."""
        return bool(self._options.dry_run)

    def plan(self) -> str:
        """What would be run, in words."""
        return "\n\n".join(plan_text(scenario) for scenario in self._chosen(self._options))

    def users(self) -> int:
        """Placeholder users that Locust should run now, one a player and the same number all through; 0: end."""
        if self._conductor.over:
            return 0
        if not self._conductor.running:
            self._users = len(self._crew.ready())
        return self._users

    def _chosen(self, options: Namespace) -> list[Scenario]:
        return chosen_scenarios(self._scenarios, options, by_class=self._by_class)

    def _begin(self, **_: object) -> None:
        # Until there is a verdict: a process that ends without one must not look as if all was well.
        self._environment.process_exit_code = RunVerdict.INVALID.exit_code
        wished = {name: getattr(self._environment.parsed_options, name) for name in WEB_OPTIONS}
        options = Namespace(**{**vars(self._options), **wished})
        try:
            self._conductor.start(self._chosen(options), Venue(options))
        except UsageError as error:
            self._conductor.refuse(str(error))

    def _end(self, **_: object) -> None:
        self._conductor.stop("stopped")
        if self._conductor.over:
            self._environment.process_exit_code = self._conductor.exit_code

    def _rest(self, **_: object) -> None:
        self._conductor.rest()

    def _interrupted(self, reason: str) -> None:
        was_running = self._conductor.running
        self._conductor.stop(reason)
        if self._web_ui is not None:
            self._web_ui.stop()  # type: ignore[no-untyped-call] # Locust's own
        elif not was_running:
            # Nothing to report yet: end what Locust's main program waits for.
            gevent.get_hub().loop.run_callback(self._main.throw, SystemExit(RunVerdict.ABORTED.exit_code))
