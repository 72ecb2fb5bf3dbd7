"""Which instances there are, and which versions of the control documents each of them works by."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from service.background import Background
from service.fleet.control_copy import ControlCopy
from service.store.control import ControlDocument
from service.store.counts import BOARD_WITHIN, CountBoard, CountRow
from service.store.errors import StoreError

SUBJECT = "instances"

TOLD_EVERY = 5.0
"""Seconds between two times that an instance tells the same; what changes it tells at once."""

LISTED_FOR = 600.0
"""Seconds after which an instance that was not heard of is taken for gone, and not for asleep."""


@dataclass(frozen=True, kw_only=True)
class HeardOf:
    """What an instance last told. `versions`: of each document by which it works, 0 where there was none yet."""

    instance: str
    boot_id: str
    heard_at: float  # Unix seconds, by its own clock
    versions: Mapping[str, int]


class Instances:
    """This instance among the others.

    It tells after each reading of the control copy for which it is time, so it is driven by requests and by the copy's
    own task; and at once when it has another version. What the board did not take is told after the next reading.
    """

    def __init__(
        self,
        board: CountBoard,
        names: Sequence[str],
        *,
        instance: str,
        boot_id: str,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._board = board
        self._instance = instance
        self._boot_id = boot_id
        self._clock = clock
        self._now = wall_clock
        self._versions = dict.fromkeys(names, 0)
        self._decoder = msgspec.json.Decoder(dict[str, int])
        self._told: tuple[float, Mapping[str, int]] | None = None  # when and what
        self._telling = Background(self._tell)

    def works_by(self, document: ControlDocument) -> None:
        """This instance has understood a version of a document."""
        self._versions[document.name] = document.version
        self.poke()

    def poke(self) -> None:
        """Tell, if it is time and nobody is at it."""
        if self._is_time():
            self._telling.begin()

    async def stop(self) -> None:
        """Tell no more."""
        await self._telling.stop()

    async def heard_of(self) -> list[HeardOf]:
        """Each instance's latest boot, by its name. Raises StoreError or TimeoutError."""
        async with asyncio.timeout(BOARD_WITHIN):
            rows = await self._board.read(SUBJECT, since=self._now() - LISTED_FOR)
        latest = {row.instance: row for row in sorted(rows, key=lambda row: row.published_at)}
        return [
            HeardOf(
                instance=row.instance, boot_id=row.boot_id, heard_at=row.published_at, versions=self._versions_in(row)
            )
            for _, row in sorted(latest.items())
        ]

    def _versions_in(self, row: CountRow) -> Mapping[str, int]:
        """None of an instance of another version, which says it in a way that is not understood."""
        try:
            return self._decoder.decode(row.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return {}

    def _is_time(self) -> bool:
        if self._told is None:
            return True
        told_at, versions = self._told
        return versions != self._versions or self._clock() - told_at >= TOLD_EVERY

    async def _tell(self) -> None:
        with suppress(StoreError, TimeoutError):
            while self._is_time():
                told = self._clock(), dict(self._versions)
                row = CountRow(
                    subject=SUBJECT,
                    instance=self._instance,
                    boot_id=self._boot_id,
                    slot=0,
                    published_at=self._now(),
                    body=msgspec.json.encode(told[1]),
                )
                async with asyncio.timeout(BOARD_WITHIN):
                    await self._board.publish(row)
                self._told = told


async def newest(copy: ControlCopy, names: Sequence[str]) -> Mapping[str, int]:
    """The version of each document as it is stored now, 0 where there is none. Raises StoreError."""
    await copy.read()
    found = {name: copy.document(name) for name in names}
    return {name: 0 if document is None else document.version for name, document in found.items()}
