"""Ties scenarios to Locust: a file below `loadtests/` imports ConductedShape and ScenarioUser from here.

Locust calls by its events, and parses its command line right after it has imported the files: so we listen at import.
"""

import ctypes
import os
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any, ClassVar

from locust import LoadTestShape, User, constant, events, task
from locust.env import Environment
from locust.runners import LocalRunner, MasterRunner, WorkerRunner
from locust.web import WebUI

from harness.cli.options import UsageError, add_options
from harness.cli.podium import Podium
from harness.cli.signals import end_worker_after_playing
from harness.conduct.conductor import USAGE_EXIT_CODE
from harness.load.player import Player
from harness.plan.corpus import docstrings
from harness.plan.scenario import Scenario
from harness.targets.leash import PR_SET_PDEATHSIG
from harness.variables import LOAD_TESTS, misspelt


class ScenarioUser(User):
    """Stands for a scenario in Locust's lists and user counts. It sends nothing: the players do, by the plan."""

    abstract = True
    scenario: ClassVar[Scenario]
    wait_time = constant(3600)

    @task
    def idle(self) -> None:
        """Do nothing."""


class ConductedShape(LoadTestShape):
    """Keeps Locust's test going for as long as the conductor works."""

    abstract = False

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # Locust's own
        self.podium: Podium | None = None

    def tick(self) -> tuple[int, float] | None:
        """How many users there should be, and how fast they come; None ends the test."""
        users = 0 if self.podium is None else self.podium.users()
        return (users, 100) if users else None


def _parse(parser: ArgumentParser, **_: object) -> None:
    add_options(parser)
    # The requests' texts take a second to read: before Locust forks its workers, once for all, and not in the middle of
    # a run, where a worker that is busy for so long passes for dead.
    docstrings()


def _init(
    environment: Environment, runner: LocalRunner | MasterRunner | WorkerRunner, web_ui: WebUI | None, **_: object
) -> None:
    classes: Iterable[Any] = (environment.available_user_classes or {}).values()  # Locust calls classes users here
    scenarios = {scenario.name: scenario for scenario in _declared(classes)}
    if not isinstance(runner, MasterRunner):
        player = Player(environment, runner, scenarios)
    if isinstance(runner, WorkerRunner):
        end_worker_after_playing(runner, player)
        return
    sys.stderr.writelines(f"{hint}\n" for hint in misspelt(os.environ, LOAD_TESTS))
    by_class = _declared(environment.user_classes)
    try:
        podium = Podium(environment, runner, web_ui, scenarios=scenarios, by_class=by_class)
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(USAGE_EXIT_CODE) from error
    if podium.dry_run:
        sys.stdout.write(podium.plan() + "\n")
        raise SystemExit(0)
    if isinstance(environment.shape_class, ConductedShape):
        environment.shape_class.podium = podium


def _declared(classes: Iterable[type]) -> list[Scenario]:
    return [listed.scenario for listed in classes if issubclass(listed, ScenarioUser)]


def _die_with_parent() -> None:
    """A worker must not go on loading when its master was killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


events.init_command_line_parser.add_listener(_parse)  # type: ignore[no-untyped-call] # Locust's own
events.init.add_listener(_init)  # type: ignore[no-untyped-call] # Locust's own
if sys.platform == "linux":
    os.register_at_fork(after_in_child=_die_with_parent)
