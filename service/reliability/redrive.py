"""How much a step of a redrive may move: decided from its terms and the clock, so that nothing runs meanwhile."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class RedriveTerms:
    """What was agreed when it began. `rate` is in messages a second, `began_at` in Unix seconds."""

    id: str
    rate: float
    maximum: int
    began_at: float


def allowed_now(rate: float, paid_until: float | None, now: float) -> tuple[int, float]:
    """How many messages may move at once, and the instant from which on their time is counted.

    What was moved has used up the time until `paid_until` (None: nothing was). Time that nobody used is forgotten but
    for the last second, or what one message takes: so a driver that paused makes up for nothing.
    """
    kept = max(1.0, 1 / rate)
    if paid_until is None or now - paid_until >= kept:
        return max(1, math.floor(rate)), now - kept
    return max(0, math.floor(rate * (now - paid_until))), paid_until


def paid_after(rate: float, counted_from: float, moved: int) -> float:
    """The instant until which the time is used up, once they were moved."""
    return counted_from + moved / rate


def redrive_key(agent: str) -> str:
    """Under which the redrive of an agent's dead letters is kept."""
    return f"redrive/{agent}"


def discard_key(agent: str) -> str:
    """Under which the last discarding of an agent's dead letters is kept."""
    return f"discard/{agent}"
