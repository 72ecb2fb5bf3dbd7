"""How far a redrive may have come by now: decided from its terms and the clock, so that nothing runs meanwhile."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class RedriveTerms:
    """What was agreed when it began. `rate` is in messages a second, `began_at` in Unix seconds."""

    id: str
    rate: float
    maximum: int
    began_at: float


def redriven_by(terms: RedriveTerms, now: float) -> int:
    """The most that all steps until now may have moved: what the rate gives in the time so far, and a second more."""
    elapsed = max(0.0, now - terms.began_at)
    return min(terms.maximum, max(1, math.floor(terms.rate * (elapsed + 1))))


def redrive_key(agent: str) -> str:
    """Under which the redrive of an agent's dead letters is kept."""
    return f"redrive/{agent}"


def discard_key(agent: str) -> str:
    """Under which the last discarding of an agent's dead letters is kept."""
    return f"discard/{agent}"
