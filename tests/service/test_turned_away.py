import asyncio
from collections.abc import Sequence

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.fleet.control_copy import ControlCopy
from service.fleet.operations import DOCUMENT, Operations
from service.reliability.control_entry import Change
from service.store.control import AuditLine, ControlDocument
from service.store.errors import StoreError
from service.web.control_fresh import ControlFresh
from service.web.problems import WRITE_DRAIN, ProblemError
from service.web.turned_away import WritesDrained
from tests.service.virtual_time import now, run
from tests.unit.reliability.manual_clock import ManualClock

KEY = "mode/write_drain"


class Store:
    """A control store of one document that answers or fails as told, and counts its readings."""

    def __init__(self) -> None:
        self.documents: list[ControlDocument] = []
        self.fails = False
        self.reads = 0

    async def read(self, names: Sequence[str]) -> list[ControlDocument]:
        assert list(names) == [DOCUMENT]
        self.reads += 1
        if self.fails:
            raise StoreError("locked")
        return self.documents

    async def write(self, document: ControlDocument, audit: AuditLine) -> None:
        assert audit.subject == KEY
        self.documents = [document]

    async def audit(self, name: str, limit: int, *, before: int | None = None) -> list[AuditLine]:
        raise NotImplementedError


class Instance:
    """One instance's way in: a fresh control copy, then the write drain, then a handler that counts."""

    def __init__(self, store: Store, wall: ManualClock) -> None:
        self.copy = ControlCopy(store, [DOCUMENT], on_change=self.seen, on_answer=lambda _: None, clock=now)
        self.operations = Operations(store, self.copy, wall_clock=wall)
        self.served: list[Scope] = []
        inner = WritesDrained(self.serve, operations=self.operations, key=KEY, wall_clock=wall)
        self.app: ASGIApp = ControlFresh(inner, copy=self.copy)

    def seen(self, document: ControlDocument) -> None:
        self.operations.seen(document)

    async def serve(self, scope: Scope, _receive: Receive, _send: Send) -> None:
        self.served.append(scope)

    async def refusal(self) -> ProblemError | None:
        """Why the next request is refused; None when it is served."""
        scope: Scope = {"type": "http", "headers": []}
        try:
            await self.app(scope, receive, send)
        except ProblemError as problem:
            return problem
        assert any(served is scope for served in self.served)
        return None


async def receive() -> Message:
    raise NotImplementedError


async def send(message: Message) -> None:
    raise NotImplementedError


def drain(ttl: float | None = None) -> Change:
    return Change(on=True, by="ann", reason="r", action="a", ttl=ttl)


def test_no_request_is_admitted_on_a_copy_that_is_two_seconds_old() -> None:
    async def scenario() -> None:
        store, wall = Store(), ManualClock()
        ours, theirs = Instance(store, wall), Instance(store, wall)
        assert await ours.refusal() is None
        await theirs.operations.change(KEY, drain())
        await asyncio.sleep(1.01)
        assert await ours.refusal() is not None
        assert len(ours.served) == 1

    run(scenario())


def test_requests_that_come_soon_after_each_other_share_one_reading() -> None:
    async def scenario() -> None:
        store = Store()
        instance = Instance(store, ManualClock())
        for _ in range(10):
            await asyncio.gather(*(instance.refusal() for _ in range(10)))
            await asyncio.sleep(0.07)
        assert store.reads == 1

    run(scenario())


def test_while_the_store_is_away_the_last_good_copy_goes_on_to_hold() -> None:
    async def scenario() -> None:
        store = Store()
        instance = Instance(store, ManualClock())
        await instance.operations.change(KEY, drain())
        store.fails = True
        for _ in range(30):
            assert await instance.refusal() is not None
            await asyncio.sleep(1)
        assert instance.copy.failure == "the control store failed: locked"

    run(scenario())


@pytest.mark.parametrize(("ttl", "after", "expected"), [(None, 0, 5.0), (60, 0, 5.0), (60, 57, 3.0)])
def test_who_is_turned_away_is_told_when_to_come_again(ttl: float | None, after: float, expected: float) -> None:
    async def scenario() -> None:
        wall = ManualClock()
        instance = Instance(Store(), wall)
        await instance.operations.change(KEY, drain(ttl))
        wall.advance(after)
        refusal = await instance.refusal()
        assert refusal is not None
        assert (refusal.kind, refusal.retry_after) == (WRITE_DRAIN, expected)

    run(scenario())


def test_what_has_an_end_ends_by_itself() -> None:
    async def scenario() -> None:
        wall = ManualClock()
        instance = Instance(Store(), wall)
        await instance.operations.change(KEY, drain(60))
        assert await instance.refusal() is not None
        wall.advance(60)
        assert await instance.refusal() is None

    run(scenario())
