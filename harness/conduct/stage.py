"""What a run needs from around it, and how it is asked to stop."""

import dataclasses
from collections.abc import Callable
from typing import Protocol, Self

from harness.conduct.progress import Progress
from harness.load.crew import Crew
from harness.plan.scenario import Scenario
from harness.record import Part
from harness.targets.system import System


class Target(Protocol):
    """A place to run at, entered for one scenario."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def start(self) -> System:
        """The service with its reliability layer, ready."""

    def start_contrast(self) -> System | None:
        """The twin without the layer, ready; None where there is none."""

    def restart(self, instance: int) -> None:
        """Stop an instance of the main part, counted from 1, and start it anew; nothing where others started it."""

    def cpu_seconds(self, part: Part) -> float | None:
        """What the instances of a part have taken of the CPU so far; None where nobody can tell."""

    def ended(self) -> str:
        """A sentence when part of the target ended by itself, else an empty string."""


class StoppedError(Exception):
    """The run ends early; the message says why."""


class Stop:
    """Asks a run to end early; the first reason counts."""

    def __init__(self) -> None:
        self.reason = ""

    def ask(self, reason: str) -> None:
        """End the run as soon as possible, with a report of what was measured."""
        self.reason = self.reason or reason

    def check(self) -> None:
        """Raise StoppedError when somebody asked."""
        if self.reason:
            raise StoppedError(self.reason)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Stage:
    """The surroundings of one run of one scenario."""

    scenario: Scenario
    target: Target
    crew: Crew
    progress: Progress
    stop: Stop
    clock: Callable[[], float]
