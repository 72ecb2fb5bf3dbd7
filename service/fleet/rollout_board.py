"""A rollout's rows on the count board: this instance's are written, everyone's are summed."""

import asyncio

import msgspec

from service.fleet.rollout_tally import RolloutTally
from service.reliability.rollout_counts import FleetCounts, RolloutMinute
from service.store.counts import CountBoard, CountRow
from service.store.errors import StoreError


class RolloutBoard:
    """The rows of one rollout; those of another generation are under another subject."""

    def __init__(self, name: str, board: CountBoard, *, instance: str, boot_id: str) -> None:
        self._name = name
        self._board = board
        self._instance = instance
        self._boot_id = boot_id
        self._decoder = msgspec.json.Decoder(RolloutMinute)

    async def publish(self, tally: RolloutTally, *, wall_now: float) -> None:
        """Write what changed. Raises StoreError; what was not written is still to be published."""
        for number, minute in list(tally.unpublished()):
            tally.published(number)  # before the wait: what is counted during it is to be published again
            row = CountRow(
                subject=self._subject(tally.generation),
                instance=self._instance,
                boot_id=self._boot_id,
                slot=number,
                published_at=wall_now,
                body=msgspec.json.encode(minute),
            )
            try:
                await self._board.publish(row)
            except (StoreError, asyncio.CancelledError):
                tally.unpublish(number)
                raise

    async def read(self, generation: int) -> FleetCounts:
        """The sum of all rows of a generation. Raises StoreError."""
        rows = await self._board.read(self._subject(generation))
        minutes = [self._decoder.decode(row.body) for row in rows]
        return FleetCounts(minutes, instances=len({row.instance for row in rows}))

    def _subject(self, generation: int) -> str:
        return f"rollout:{self._name}:{generation}"
