"""The instant at which an answer is of no more use."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Deadline:
    """An instant of a monotonic clock, in seconds."""

    at: float

    def remaining(self, now: float) -> float:
        """Seconds left; 0 once it has passed."""
        return max(0.0, self.at - now)
