"""The golden signals of all instances together, over the count board."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from service.background import Background
from service.reliability.golden_signals import GoldenFigures, GoldenSignals
from service.reliability.signals_snapshot import SignalsSnapshot, fits, merged, snapshot
from service.store.counts import BOARD_WITHIN, CountBoard, CountRow
from service.store.errors import StoreError

SUBJECT = "signals"
PUBLISHED_EVERY = 10.0
"""Seconds between two publications of an instance."""

SILENT_AFTER = 30.0
"""Seconds without a publication after which an instance is not counted any more."""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """An instance whose figures are in the sum."""

    instance: str
    boot_id: str
    age: float  # seconds since it published them


@dataclass(frozen=True, kw_only=True)
class FleetFigures:
    """The sum, and of whom. `problem`: why it is of this instance alone; "" when it is not."""

    now: float  # Unix seconds
    problem: str
    instances: list[Heard]
    figures: GoldenFigures


class FleetSignals:
    """Publishes this instance's signals now and then, and before it answers with everyone's."""

    def __init__(
        self,
        signals: GoldenSignals,
        board: CountBoard,
        *,
        instance: str,
        boot_id: str,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._signals = signals
        self._board = board
        self._instance = instance
        self._boot_id = boot_id
        self._clock = clock
        self._now = wall_clock
        self._decoder = msgspec.json.Decoder(SignalsSnapshot)
        self._loop = Background(self._run)

    async def start(self) -> None:
        """Publish from now on."""
        self._loop.begin()

    async def stop(self) -> None:
        """Publish no more."""
        await self._loop.stop()

    async def figures(self, instance: str = "") -> FleetFigures:
        """Everyone's, or one instance's; this one's alone when the board does not answer."""
        problem = ""
        try:
            async with asyncio.timeout(BOARD_WITHIN):
                await self._publish()
                rows = await self._board.read(SUBJECT, since=self._now() - SILENT_AFTER)
        except (StoreError, TimeoutError):
            problem, rows = "The count board does not answer: these are the figures of one instance.", [self._row()]
        now = self._now()
        told = [(row, self._read(row)) for row in rows]
        if unread := [row.instance for row, found in told if found is None]:
            problem = f"Of another version, and not understood: {', '.join(sorted(unread))}."
        chosen = [(row, found) for row, found in told if found is not None and instance in {"", row.instance}]
        return FleetFigures(
            now=now,
            problem=problem,
            instances=[
                Heard(instance=row.instance, boot_id=row.boot_id, age=max(0.0, now - row.published_at))
                for row, _ in sorted(chosen, key=lambda each: (each[0].instance, each[0].boot_id))
            ],
            figures=merged(found for _, found in chosen),
        )

    async def _run(self) -> None:
        while True:
            with suppress(StoreError, TimeoutError):  # the next one tells all that this one would have
                async with asyncio.timeout(BOARD_WITHIN):
                    await self._publish()
            await asyncio.sleep(PUBLISHED_EVERY)

    async def _publish(self) -> None:
        await self._board.publish(self._row())

    def _read(self, row: CountRow) -> SignalsSnapshot | None:
        try:
            found = self._decoder.decode(row.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
        return found if fits(found) else None

    def _row(self) -> CountRow:
        return CountRow(
            subject=SUBJECT,
            instance=self._instance,
            boot_id=self._boot_id,
            slot=0,
            published_at=self._now(),
            body=msgspec.json.encode(snapshot(self._signals, self._clock())),
        )
