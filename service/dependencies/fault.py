"""A fault that is played on a dependency for a bounded time, and whether an attempt meets it."""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Annotated

import msgspec

from service.dependencies.attempt import Attempt

LONGEST_LEASE = 600  # seconds
SHORTEST_LEASE = 0.1  # seconds
_STEPS = 1 << 53  # what a float holds exactly


class FaultMode(StrEnum):
    """What happens to an attempt that meets the fault."""

    ERROR = "error"  # fails at once
    SLOW = "slow"  # goes on `latency` seconds later
    HANG = "hang"  # never goes on


class FaultPer(StrEnum):
    """Whether each attempt draws its own fate, or all attempts of a request share one."""

    ATTEMPT = "attempt"
    REQUEST = "request"


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is played, on how many, for how long. Durations are in seconds."""

    mode: FaultMode
    seconds: Annotated[float, msgspec.Meta(ge=SHORTEST_LEASE, le=LONGEST_LEASE)]  # the lease: the fault ends by itself
    share: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0
    per: FaultPer = FaultPer.ATTEMPT
    status: Annotated[int, msgspec.Meta(ge=400, le=599)] = 500  # named in the error; there is no HTTP here
    retry_after: Annotated[float, msgspec.Meta(ge=0, le=LONGEST_LEASE)] | None = None
    latency: Annotated[float, msgspec.Meta(ge=0, le=LONGEST_LEASE)] = 0.0
    period: Annotated[float, msgspec.Meta(ge=0.01, le=LONGEST_LEASE)] | None = None  # on for one, off for the next, …
    seed: int = 1

    def __post_init__(self) -> None:
        if self.mode is FaultMode.SLOW and self.latency == 0:
            raise ValueError("latency is 0; expected more, since mode is slow")


@dataclass(frozen=True, slots=True)
class Lease:
    """A fault and the instant, in Unix seconds, since when it is set."""

    fault: Fault
    since: float

    @property
    def until(self) -> float:
        """The instant at which the fault ends by itself."""
        return self.since + self.fault.seconds

    def met_by(self, attempt: Attempt, now: float) -> bool:
        """Whether this attempt meets the fault. The same seed gives the same fate, on every instance."""
        fault = self.fault
        if not self.since <= now < self.until:
            return False
        if fault.period is not None and int((now - self.since) / fault.period) % 2:
            return False
        number = attempt.number if fault.per is FaultPer.ATTEMPT else 0
        return _draw(f"{fault.seed}/{attempt.request_id}/{number}") < fault.share


def _draw(name: str) -> float:
    digest = blake2b(name.encode("ascii"), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / _STEPS
