"""Sets the phases of both parts side by side: the same faults, with the layer and without."""

import dataclasses
from collections.abc import Sequence

from harness.measures.phase_figures import PhaseFigures
from harness.record import Part


@dataclasses.dataclass(frozen=True, kw_only=True)
class Pair:
    """One phase, met by the service with its reliability layer and by its twin without."""

    with_layer: PhaseFigures
    without: PhaseFigures

    @property
    def wasted_with(self) -> float:
        """Calls on the failing dependency, made with the layer."""
        return float(self.with_layer.wasted_attempts)

    @property
    def wasted_without(self) -> float:
        """Calls on the failing dependency, made without; for as long as the phase with the layer was."""
        seconds = self.without.seconds
        return self.without.wasted_attempts * (self.with_layer.seconds / seconds if seconds > 0 else 1.0)


def tells_cpu(pairs: Sequence[Pair]) -> bool:
    """Whether somebody measured what the processes of both parts took."""
    return any(figures.cpu_per_request is not None for pair in pairs for figures in (pair.with_layer, pair.without))


def comparison(figures: Sequence[PhaseFigures]) -> list[Pair]:
    """The pairs of phases with the same name, or else with the same faults, in the order of the contrast."""
    main = [phase for phase in figures if phase.part is Part.MAIN]
    return [
        Pair(with_layer=match, without=phase)
        for phase in figures
        if phase.part is Part.CONTRAST and (match := _match(phase, main)) is not None
    ]


def _match(phase: PhaseFigures, main: Sequence[PhaseFigures]) -> PhaseFigures | None:
    by_name = (other for other in main if other.phase == phase.phase)
    by_fault = (other for other in main if other.faults == phase.faults and phase.faults)
    return next(by_name, None) or next(by_fault, None)
