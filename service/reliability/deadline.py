"""The instant at which an answer is of no more use."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Deadline:
    """An instant of a monotonic clock, in seconds."""

    at: float

    @classmethod
    def after(cls, seconds: float, *, now: float) -> "Deadline":
        """The deadline that lies `seconds` ahead."""
        return cls(now + seconds)

    def remaining(self, now: float) -> float:
        """Seconds left; 0 once it has passed."""
        return max(0.0, self.at - now)
