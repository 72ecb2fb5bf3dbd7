"""The port of the count board: each instance writes rows of its own there and reads everyone's."""

from dataclasses import dataclass
from typing import Protocol

KEPT = 7 * 24 * 3600.0
"""Seconds for which a row outlives its last writing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """What one boot of one instance has counted under a subject, in one slot (a stretch of time, or 0)."""

    subject: str
    instance: str
    boot_id: str
    slot: int
    published_at: float  # Unix seconds
    body: bytes


class CountBoard(Protocol):
    """Where counts are published. A row is overwritten by its own instance only, whole, and never summed in place.

    Every method raises StoreError when the board could not do it.
    """

    async def publish(self, row: CountRow) -> None:
        """Write a row, in place of the one with the same subject, instance, boot and slot."""
        ...

    async def read(self, subject: str, *, since: float = 0.0) -> list[CountRow]:
        """The rows of a subject that were published at an instant or after it."""
        ...

    async def close(self) -> None:
        """Let go of what belongs to the board alone."""
        ...
