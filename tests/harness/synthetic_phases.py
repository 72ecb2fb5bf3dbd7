"""The phases that a synthetic run can have, and the story that most of its tests tell."""

import dataclasses


@dataclasses.dataclass(frozen=True, kw_only=True)
class SyntheticPhase:
    """A stretch of the run.

    `fault` is "", "error", "hang", "flap" (errors for a period, then none, and so on) or "partial" (errors for every
    seventh request, whatever is tried). `noise` is the share of attempts that fail although nobody asked them to.
    """

    name: str
    seconds: float
    rate: float = 40.0
    fault: str = ""
    period: float = 2.0
    noise: float = 0.0
    kinds: tuple[str, ...] = ("embed", "embed", "embed", "embed", "read_document")

    def fails_at(self, elapsed: float, index: int) -> str:
        """What the provider does to an attempt of a request, this long after the phase began."""
        if self.fault == "partial":
            return "error" if index % 7 == 0 else ""
        if self.fault == "flap":
            return "error" if int(elapsed / self.period) % 2 == 0 else ""
        return self.fault


STORY = (
    SyntheticPhase(name="healthy", seconds=10, noise=0.02),
    SyntheticPhase(name="caller mistakes", seconds=5, kinds=("embed_oversized", "read_document")),
    SyntheticPhase(name="provider errors", seconds=12, fault="error"),
    SyntheticPhase(name="recovery", seconds=8),
    SyntheticPhase(name="provider hangs", seconds=12, fault="hang"),
    SyntheticPhase(name="second recovery", seconds=8),
    SyntheticPhase(name="flapping", seconds=12, fault="flap"),
    SyntheticPhase(name="third recovery", seconds=6),
    SyntheticPhase(name="some requests fail", seconds=10, fault="partial"),
    SyntheticPhase(name="recovered", seconds=10),
)
CONTRAST = (
    SyntheticPhase(name="healthy", seconds=5),
    SyntheticPhase(name="provider errors", seconds=6, fault="error"),
    SyntheticPhase(name="provider hangs", seconds=8, fault="hang"),
)
