"""Every attempt that reached the provider, in the order in which its fate was final."""

from collections import deque
from enum import StrEnum
from itertools import islice

from msgspec import Struct, structs


class Result(StrEnum):
    """What the provider did to an attempt."""

    OK = "ok"
    ERROR = "error"
    SLOW = "slow"
    HANG = "hang"
    RESET = "reset"
    MALFORMED = "malformed"
    REFUSED_INPUT = "refused_input"  # the caller's own mistake


class Attempt(Struct, frozen=True, kw_only=True):
    """One attempt. Instants are Unix seconds."""

    sequence: int = 0  # given by the log
    request_id: str
    attempt: int
    instance: str
    permit: str
    model: str
    arrived_at: float
    ended_at: float | None  # None: never answered, because of a hang or because the caller left first
    result: Result
    fault: str  # the mode of the fault it met, or ""


class AttemptPage(Struct, frozen=True, kw_only=True):
    """Attempts after a sequence number; ask again after `next`."""

    attempts: list[Attempt]
    next: int
    dropped: int  # attempts between the number asked for and the first one here that the log no longer holds


class AttemptLog:
    """Holds the newest `capacity` attempts; says how many of the older ones a reader has missed."""

    def __init__(self, *, capacity: int) -> None:
        self._held: deque[Attempt] = deque(maxlen=capacity)
        self._last = 0

    def append(self, attempt: Attempt) -> None:
        """Add a final row under the next sequence number."""
        self._last += 1
        self._held.append(structs.replace(attempt, sequence=self._last))

    def page(self, *, after: int, limit: int) -> AttemptPage:
        """At most `limit` rows with numbers above `after`, oldest first."""
        forgotten = self._last - len(self._held)
        start = max(after, forgotten)
        rows = list(islice(self._held, start - forgotten, start - forgotten + limit))
        return AttemptPage(
            attempts=rows,
            next=rows[-1].sequence if rows else start,
            dropped=max(0, forgotten - after),
        )
