"""What a run tells while it goes on."""

import dataclasses
from collections.abc import Sequence
from typing import Protocol

from harness.criteria.criterion import Finding
from harness.plan.scenario import Phase, Scenario
from harness.record import JournalRow, Part, RequestRow
from harness.results import Results


@dataclasses.dataclass(frozen=True, kw_only=True)
class Moment:
    """The state of a part at one instant."""

    part: Part
    phase: Phase
    phase_began_at: float
    at: float
    sent: int  # requests of the part that have started
    rows: Sequence[RequestRow]  # requests of the part that have ended
    journal: Sequence[JournalRow]


class Progress(Protocol):
    """Shows runs to a person."""

    def scenario_began(self, scenario: Scenario) -> None:
        """The target of a scenario is about to be started."""

    def tick(self, moment: Moment) -> None:
        """Time has passed."""

    def phase_ended(self, part: Part, phase: Phase, rows: Sequence[RequestRow]) -> None:
        """A phase is over and all of its requests have ended."""

    def decided(self, criterion: str, finding: Finding) -> None:
        """A criterion can be answered, while the run goes on."""

    def scenario_ended(self, results: Results) -> None:
        """The run was judged."""

    def say(self, text: str) -> None:
        """Tell something that stays."""

    def close(self) -> None:
        """Leave the screen as it was."""
