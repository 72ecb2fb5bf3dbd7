"""One try of a dependency, as its witnesses see it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attempt:
    """Which request an attempt is made for, and what it was admitted with."""

    request_id: str
    number: int  # 1 is the first try, more are retries
    permit: str  # "<generation>-<breaker state>"; "" without a breaker
