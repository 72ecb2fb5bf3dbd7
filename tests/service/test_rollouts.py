"""A rollout on one instance whose clock is turned."""

import asyncio
from collections.abc import Sequence

import msgspec

from service.fleet.control_copy import ControlCopy
from service.fleet.rollout_board import RolloutBoard
from service.fleet.rollout_document import StoredRollout, document_name
from service.fleet.rollouts import RolloutChanged, Rollouts
from service.reliability.rollout import Rollout, RolloutStatus
from service.reliability.rollout_decision import UNREADABLE_AT_MOST
from service.reliability.rollout_verdict import Action
from service.store.control import AuditLine, ControlDocument
from service.store.counts import CountRow
from service.store.errors import StoreError
from tests.service.virtual_time import now, run
from tests.unit.reliability.rollouts import CONFIG, started

NAME = "embeddings"


class Store:
    """Holds one document; the audit is not looked at."""

    def __init__(self, rollout: Rollout) -> None:
        self.document = ControlDocument(name=document_name(NAME), version=1, body=msgspec.json.encode(rollout))

    async def read(self, _: Sequence[str]) -> list[ControlDocument]:
        return [self.document]

    async def write(self, document: ControlDocument, _: AuditLine) -> None:
        self.document = document

    async def audit(self, name: str, limit: int, *, before: int | None = None) -> list[AuditLine]:
        raise NotImplementedError


class Board:
    """Answers as long as it is not away."""

    def __init__(self) -> None:
        self.is_away = False

    async def publish(self, _: CountRow) -> None:
        if self.is_away:
            raise StoreError("away")

    async def read(self, _: str, *, since: float = 0.0) -> list[CountRow]:
        assert since == 0
        if self.is_away:
            raise StoreError("away")
        return []

    async def close(self) -> None:
        raise NotImplementedError


class Fixture:
    def __init__(self) -> None:
        store, self.board = Store(started(config=CONFIG, step=CONFIG.steps[1])), Board()
        copy = ControlCopy(store, [document_name(NAME)], on_change=lambda _: None, on_answer=lambda _: None, clock=now)
        self.changes: list[tuple[float, RolloutChanged]] = []
        self.rollouts = Rollouts(
            NAME,
            instance="i",
            copy=copy,
            document=StoredRollout(NAME, store, copy),
            board=RolloutBoard(NAME, self.board, instance="i", boot_id="b"),
            on_change=lambda change: self.changes.append((now(), change)),
            clock=now,
            wall_clock=lambda: 1_000_000 + now(),
        )


def test_a_canary_whose_counts_cannot_be_read_for_a_minute_goes_back_to_the_first_step() -> None:
    async def scenario() -> None:
        under_test = Fixture()
        await under_test.rollouts.start()
        await asyncio.sleep(10)
        under_test.board.is_away = True
        await asyncio.sleep(UNREADABLE_AT_MOST)
        assert under_test.changes == []
        await asyncio.sleep(3)
        await under_test.rollouts.stop()
        ((at, change),) = under_test.changes
        assert UNREADABLE_AT_MOST < at - 10 < UNREADABLE_AT_MOST + 3
        assert (change.action, change.rollout.status, change.rollout.step) == (Action.HOLD, RolloutStatus.HOLDING, 0)
        assert change.rollout.last.at == 1_000_000 + at

    run(scenario())


def test_a_board_that_is_back_within_a_minute_has_the_count_of_seconds_begin_anew() -> None:
    async def scenario() -> None:
        under_test = Fixture()
        await under_test.rollouts.start()
        for _ in range(2):
            under_test.board.is_away = True
            await asyncio.sleep(UNREADABLE_AT_MOST - 5)
            under_test.board.is_away = False
            await asyncio.sleep(5)
        await under_test.rollouts.stop()
        assert (under_test.changes, under_test.rollouts.failure) == ([], "")

    run(scenario())
