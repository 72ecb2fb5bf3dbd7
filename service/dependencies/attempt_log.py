"""The fault injector's own record of what reached a dependency: a witness beside the breaker's account."""

from collections import deque
from enum import StrEnum
from itertools import islice

import msgspec

KEPT = 200_000  # rows; a quarter of an hour at 200 a second


class Result(StrEnum):
    """What became of an attempt."""

    OK = "ok"
    ERROR = "error"
    SLOW = "slow"
    HANG = "hang"
    REFUSED_INPUT = "refused_input"  # the caller's own mistake


class AttemptRow(msgspec.Struct, frozen=True, gc=False):  # it holds nothing that could hold it
    """One attempt, in the order in which its fate was final. Instants are Unix seconds."""

    sequence: int
    request_id: str
    attempt: int
    instance: str
    permit: str
    dependency: str
    arrived_at: float
    ended_at: float | None  # None: never answered
    result: Result
    fault: str  # the mode of the fault it met, or ""


class AttemptLog:
    """The newest rows; append-only."""

    def __init__(self, *, instance: str, kept: int = KEPT) -> None:
        self._instance = instance
        self._rows: deque[AttemptRow] = deque(maxlen=kept)
        self._last = 0

    def append(
        self,
        *,
        request_id: str,
        attempt: int,
        permit: str,
        dependency: str,
        arrived_at: float,
        ended_at: float | None,
        result: Result,
        fault: str,
    ) -> None:
        """Add a row under the next sequence number."""
        self._last += 1
        self._rows.append(
            AttemptRow(
                self._last, request_id, attempt, self._instance, permit, dependency, arrived_at, ended_at, result, fault
            )
        )

    def after(self, sequence: int, limit: int) -> tuple[list[AttemptRow], int]:
        """Up to `limit` rows after a sequence, oldest first, and how many after it are no longer kept."""
        forgotten = self._last - len(self._rows)
        start = min(max(sequence, forgotten), self._last) - forgotten  # islice refuses what no machine word holds
        return list(islice(self._rows, start, start + limit)), max(0, forgotten - sequence)
