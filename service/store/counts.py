"""The port of the count board: each instance writes rows of its own there and reads everyone's."""

from dataclasses import dataclass
from typing import Protocol, Self

KEPT = 7 * 24 * 3600.0
"""Seconds for which a row outlives its last writing."""

BOARD_WITHIN = 1.0
"""Seconds that whoever uses the count board waits for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """What one boot of one instance has counted under a subject, in one slot (a stretch of time, or 0)."""

    subject: str
    instance: str
    boot_id: str
    slot: int
    published_at: float  # Unix seconds
    body: bytes

    @property
    def key(self) -> str:
        """What tells it from the other rows of its subject; none of the parts holds a "|"."""
        return f"{self.instance}|{self.boot_id}|{self.slot}"

    @classmethod
    def of_key(cls, subject: str, key: str, *, published_at: float, body: bytes) -> Self:
        """The row of a subject with that key."""
        instance, boot_id, slot = key.split("|")
        return cls(
            subject=subject, instance=instance, boot_id=boot_id, slot=int(slot), published_at=published_at, body=body
        )


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
