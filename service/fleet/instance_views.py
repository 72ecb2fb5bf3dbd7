"""What each instance tells of itself, in parts, while somebody looks at the fleet."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from inspect import isawaitable
from typing import TypeAlias

import msgspec

from service.background import Background
from service.fleet.instances import HeardOf, Instances
from service.store.counts import BOARD_WITHIN, CountBoard, CountRow
from service.store.errors import StoreError

VIEWS = "views"
"""The subject of what is told: one row an instance."""

LOOKS = "looks"
"""The subject of who is asked: without a question nothing is told, since a row of some kilobytes has its price."""

ASKED_FOR = 60.0
"""Seconds after a question for which every instance goes on telling."""

ASKED_AGAIN = 20.0
"""Seconds between two times that a question is written down."""

TOLD_EVERY = 5.0
"""Seconds between two times that an instance looks whether somebody asks, and tells if so."""

CHANGES_TOLD_AFTER = 1.0
"""Seconds between two times that it tells what has changed."""

SILENT_AFTER = 30.0
"""Seconds after which what an instance told is not of the present."""

READ_EVERY = 1.0
"""Seconds for which what was read serves other questions: a page asks for several parts at once."""

Maker: TypeAlias = Callable[[], object]
"""Makes a part of what an instance can tell, or something that is awaited for it."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """One part of what one instance told, as JSON."""

    instance: str
    boot_id: str
    heard_at: float  # Unix seconds
    part: bytes


class _View(msgspec.Struct, frozen=True):
    boot_id: str
    parts: dict[str, msgspec.Raw]


@dataclass(frozen=True, kw_only=True)
class Everyone:
    """One part of what all told. `problem`: why this is this instance alone, or lacks others; "" when it is whole."""

    now: float  # Unix seconds
    told: Sequence[Told]
    others: Sequence[HeardOf]  # of whom nothing is known but that they were there in the last ten minutes
    problem: str


@dataclass(frozen=True, kw_only=True)
class _Read:
    at: float
    rows: Sequence[CountRow]
    known: Sequence[HeardOf]


class InstanceViews:
    """Tells while somebody asks, driven like `Instances` by each reading of the control copy; answers for everyone."""

    def __init__(
        self,
        board: CountBoard,
        instances: Instances,
        *,
        instance: str,
        boot_id: str,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._board = board
        self._instances = instances
        self._instance = instance
        self._boot_id = boot_id
        self._clock = clock
        self._now = wall_clock
        self.parts: Mapping[str, Maker] = {}  # by name
        self._decoder = msgspec.json.Decoder(_View)
        self._changed = self._has_begun = self._has_told = False
        self._asked_at = self._told_at = -ASKED_AGAIN
        self._read: _Read | None = None
        self._reading = asyncio.Lock()
        self._telling = Background(self._tell)

    def changed(self, _event: object) -> None:
        """Something happened that others will want to see."""
        self._changed = True
        self.poke()

    def poke(self) -> None:
        """Tell, if it is time and nobody is at it."""
        is_time = self._changed or self._clock() - self._told_at >= TOLD_EVERY
        if self._has_begun and is_time:
            self._telling.begin()

    def start(self) -> None:
        """Tell from now on."""
        self._has_begun = True

    async def stop(self) -> None:
        """Tell no more."""
        self._has_begun = False
        await self._telling.stop()
        if self._has_told:  # who has left has nothing to say any more, and an empty row costs little
            with suppress(StoreError, TimeoutError):
                async with asyncio.timeout(BOARD_WITHIN):
                    await self._board.publish(self._row(VIEWS, b""))

    async def everyone(self, part: str) -> Everyone:
        """A part of what every instance tells; of this one alone when the board does not answer. Raises nothing."""
        try:
            async with asyncio.timeout(BOARD_WITHIN):
                read = await self._everyone()
        except (StoreError, TimeoutError):
            problem = "The count board does not answer: this is what one instance knows of itself."
            return Everyone(now=self._now(), told=[await self._own(part)], others=[], problem=problem)
        rows = [row for row in read.rows if row.instance != self._instance and row.body]
        decoded = [(row, self._told(row, part)) for row in rows]
        told = [found for _, found in decoded if found is not None]
        unreadable = [row.instance for row, found in decoded if found is None]
        there = {self._instance, *(row.instance for row in rows)}
        return Everyone(
            now=self._now(),
            told=sorted([await self._own(part), *told], key=lambda each: each.instance),
            others=[each for each in read.known if each.instance not in there],
            problem=f"Of another version, and not understood: {', '.join(unreadable)}." if unreadable else "",
        )

    async def _own(self, part: str) -> Told:
        made = msgspec.json.encode(await _made(self.parts[part]))
        return Told(instance=self._instance, boot_id=self._boot_id, heard_at=self._now(), part=made)

    async def _everyone(self) -> _Read:
        async with self._reading:
            if self._read is None or self._clock() - self._read.at >= READ_EVERY:
                await self._ask()
                rows = await self._board.read(VIEWS, since=self._now() - SILENT_AFTER)
                known = await self._instances.heard_of()
                latest = {row.instance: row for row in sorted(rows, key=lambda row: row.published_at)}
                self._read = _Read(at=self._clock(), rows=list(latest.values()), known=known)
            return self._read

    async def _ask(self) -> None:
        if self._clock() - self._asked_at >= ASKED_AGAIN:
            await self._board.publish(self._row(LOOKS, b""))
            self._asked_at = self._clock()

    async def _tell(self) -> None:
        while True:
            self._told_at, self._changed = self._clock(), False
            await self._tell_who_asks()
            await asyncio.sleep(CHANGES_TOLD_AFTER)
            if not self._changed:
                return

    async def _tell_who_asks(self) -> None:
        with suppress(StoreError, TimeoutError):  # the next time tells all that this one would have
            async with asyncio.timeout(BOARD_WITHIN):
                if await self._board.read(LOOKS, since=self._now() - ASKED_FOR):
                    parts = {name: await _made(maker) for name, maker in self.parts.items()}
                    view = {"boot_id": self._boot_id, "parts": parts}
                    await self._board.publish(self._row(VIEWS, msgspec.json.encode(view)))
                    self._has_told = True

    def _row(self, subject: str, body: bytes) -> CountRow:
        return CountRow(
            subject=subject,
            instance=self._instance,
            boot_id="",  # so that a row of some kilobytes is written over by the next boot, and not left behind
            slot=0,
            published_at=self._now(),
            body=body,
        )

    def _told(self, row: CountRow, part: str) -> Told | None:
        try:
            view = self._decoder.decode(row.body)
            found = bytes(view.parts[part])
        except (msgspec.DecodeError, UnicodeDecodeError, KeyError):
            return None
        return Told(instance=row.instance, boot_id=view.boot_id, heard_at=row.published_at, part=found)


async def _made(maker: Maker) -> object:
    made = maker()
    return await made if isawaitable(made) else made
