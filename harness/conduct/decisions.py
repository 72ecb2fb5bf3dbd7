"""Which criteria can be answered while a run goes on."""

from collections.abc import Sequence

from harness.criteria.criterion import Criterion
from harness.plan.scenario import Phase


class Decisions:
    """Hands out each criterion once: when the phase after the last one that it names is over.

    How a fault ends is part of many answers; the next phase shows it.
    """

    def __init__(self, criteria: Sequence[Criterion], phases: Sequence[Phase]) -> None:
        order = {phase.name: number for number, phase in enumerate(phases)}
        last = len(phases) - 1
        self._due_after = [(min(last, max(order[name] for name in c.phases) + 1), c) for c in criteria]

    def due(self, phases_over: int) -> list[Criterion]:
        """The criteria that became answerable now that so many phases are over."""
        due = [criterion for after, criterion in self._due_after if after < phases_over]
        self._due_after = [(after, criterion) for after, criterion in self._due_after if after >= phases_over]
        return due
