"""This instance's copy of the control documents, and how old it may be when a request is admitted on it."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from service.background import Background
from service.reliability.control_freshness import REFRESHED_AFTER, Freshness, freshness
from service.store.control import ControlDocument, ControlStore
from service.store.errors import StoreError

READ_WITHIN = 0.2  # seconds; a store that takes longer does not answer

STOOD_STILL_FOR = 2 * READ_WITHIN
"""Seconds after which the end of a reading tells of then and not of now: the platform stopped the CPU meanwhile."""

TRIES = 3  # readings that a request waits for; each but the first means that the CPU was away during the one before

READ_AGAIN_AFTER = REFRESHED_AFTER - READ_WITHIN
"""Seconds after which a request has the store read again beside it. So under load no request waits for a store that
answers in time, and one that does not answer is not asked by each request.
"""

IDLE_EVERY = 5.0
"""Seconds between two readings while no request asks for one: nothing is admitted, so it is only to be told of."""

FORGOTTEN_AFTER = 2 * IDLE_EVERY
"""Seconds after which a failure is no reason not to wait for the store: an instance awake would have asked again."""


class ControlCopy:
    """The last good copy of some documents; read again when due, one reading at a time.

    `on_change` hears of each document whose version is another than in the copy before; `on_answer` of why the store
    does not answer, once for as long as it does not, and then of "".
    """

    def __init__(
        self,
        store: ControlStore,
        names: Sequence[str],
        *,
        on_change: Callable[[ControlDocument], None],
        on_answer: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._names = tuple(names)
        self._on_change = on_change
        self._on_answer = on_answer
        self._clock = clock
        self._documents: Mapping[str, ControlDocument] = MappingProxyType({})
        self._read_at: float | None = None
        self._tried_at = clock() - READ_AGAIN_AFTER
        self._reading = Background(self._read_and_tell)
        self._loop = Background(self._read_now_and_then)
        self._listeners: list[Callable[[], None]] = []
        self.failure = ""  # of the last reading, "" when it went well

    def listen(self, listener: Callable[[], None]) -> None:
        """Have a listener hear of the end of each reading, however it ended."""
        self._listeners.append(listener)

    def document(self, name: str) -> ControlDocument | None:
        """A document as of the last good reading; None when there was none of that name."""
        return self._documents.get(name)

    @property
    def age(self) -> float | None:
        """Seconds since the last good reading began; None before it."""
        return None if self._read_at is None else self._clock() - self._read_at

    @property
    def is_young(self) -> bool:
        """Whether there is nothing to do for a request; each one asks, so it is one look at the clock."""
        return self._read_at is not None and self._clock() - self._read_at < READ_AGAIN_AFTER

    @property
    def trust(self) -> Freshness:
        """How far the copy may be trusted as it is."""
        has_failed = bool(self.failure) and self._clock() - self._tried_at <= FORGOTTEN_AFTER
        return freshness(self.age, store_answers=not has_failed)

    async def start(self) -> None:
        """Read, and go on reading while no request asks for it."""
        await self.refresh()
        self._loop.begin()

    async def stop(self) -> None:
        """Read no more."""
        await self._loop.stop()
        await self._reading.stop()

    async def fresh(self) -> Freshness:
        """Read again if the copy is too old to admit a request on, and say how far it may be trusted then.

        Nobody waits while it is not that old yet, nor for a store that did not answer the last time. A reading that
        was under way when the CPU was stopped is waited for, and another one begun.
        """
        trust = self.trust
        if trust is not Freshness.REFRESH_FIRST:
            if self._clock() - self._tried_at >= READ_AGAIN_AFTER:
                self._reading.begin()
            return trust
        for _ in range(TRIES):
            await self.refresh()
            if self.trust is not Freshness.REFRESH_FIRST:
                return self.trust
        self._answered(f"the control store was not read within {READ_WITHIN:g} s, {TRIES} times in a row")
        return self.trust

    async def refresh(self) -> str:
        """Read now, or wait for the reading that is under way; why it failed, "" when it did not.

        A failure leaves the copy as it was.
        """
        return await asyncio.shield(self._reading.begin())

    async def read(self) -> None:
        """Have the copy hold what was stored when this was asked, or later. Raises StoreError when it cannot.

        A reading that is under way began before, so it is waited for, and another one begun.
        """
        if self._reading.is_under_way:
            await self.refresh()
        if failure := await self.refresh():
            raise StoreError(failure)

    def take(self, document: ControlDocument) -> None:
        """Put a document that this instance has just written into the copy."""
        known = self._documents.get(document.name)
        if known is None or known.version < document.version:
            self._documents = MappingProxyType({**self._documents, document.name: document})
            self._on_change(document)

    async def _read_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(IDLE_EVERY)
            await self.fresh()

    async def _read_and_tell(self) -> str:
        failure = await self._read()
        for listener in self._listeners:
            listener()
        return failure

    async def _read(self) -> str:
        self._tried_at = began = self._clock()
        try:
            async with asyncio.timeout(READ_WITHIN):
                documents = await self._store.read(self._names)
        except TimeoutError:
            return self._failed(f"the control store did not answer within {READ_WITHIN:g} s")
        except StoreError as error:
            return self._failed(f"the control store failed: {error}")
        self._read_at = began
        self._answered("")
        for document in documents:
            self.take(document)
        return ""

    def _failed(self, failure: str) -> str:
        if self._clock() - self._tried_at <= STOOD_STILL_FOR:
            self._answered(failure)
        return failure

    def _answered(self, failure: str) -> None:
        before, self.failure = self.failure, failure
        if bool(before) != bool(failure):
            self._on_answer(failure)
