"""Which instances there are, and by which versions they work."""

import asyncio
import sqlite3
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from httpx2 import AsyncClient

from service.fleet.instances import Instances
from service.store.control import ControlDocument
from service.store.counts import CountRow
from service.store.errors import StoreError
from tests.service.conftest import OPERATOR, Start
from tests.service.virtual_time import now, run

PATIENCE = 60.0  # seconds


class Board:
    """A count board that takes rows, or fails, as told."""

    def __init__(self) -> None:
        self.rows: list[CountRow] = []
        self.fails = False
        self.tries = 0

    async def publish(self, row: CountRow) -> None:
        self.tries += 1
        await asyncio.sleep(0.01)
        if self.fails:
            raise StoreError("locked")
        self.rows.append(row)

    async def read(self, subject: str, *, since: float = 0.0) -> list[CountRow]:
        return [row for row in self.rows if row.subject == subject and row.published_at >= since]

    async def close(self) -> None:
        raise NotImplementedError

    def told(self) -> list[dict[str, int]]:
        return [msgspec.json.decode(row.body) for row in self.rows]


def instances(board: Board, name: str = "a", boot_id: str = "1") -> Instances:
    return Instances(board, ["operations", "x"], instance=name, boot_id=boot_id, clock=now, wall_clock=now)


def document(version: int) -> ControlDocument:
    return ControlDocument(name="operations", version=version, body=b"{}")


def test_the_same_is_told_every_five_seconds_however_often_the_copy_is_read() -> None:
    async def scenario() -> None:
        board = Board()
        told = instances(board)
        for _ in range(21):
            told.poke()
            await asyncio.sleep(1.0)
        assert board.told() == [{"operations": 0, "x": 0}] * 5

    run(scenario())


def test_another_version_is_told_at_once_and_the_last_of_several_is_told_last() -> None:
    async def scenario() -> None:
        board = Board()
        told = instances(board)
        told.poke()
        await asyncio.sleep(1.0)
        for version in (1, 2, 3):
            told.works_by(document(version))
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.1)
        assert [each["operations"] for each in board.told()] == [0, 1, 3]

    run(scenario())


def test_what_the_board_did_not_take_is_told_after_the_next_reading() -> None:
    async def scenario() -> None:
        board = Board()
        told = instances(board)
        board.fails = True
        told.works_by(document(1))
        await asyncio.sleep(1.0)
        assert board.tries == 1
        board.fails = False
        told.poke()
        await asyncio.sleep(1.0)
        assert [each["operations"] for each in board.told()] == [1]

    run(scenario())


def test_of_an_instance_the_latest_boot_is_listed_and_of_the_silent_those_that_may_be_asleep() -> None:
    async def scenario() -> None:
        board = Board()
        await asyncio.sleep(1.0)
        for name, boot_id in (("b", "1"), ("a", "1"), ("a", "2")):
            instances(board, name, boot_id).poke()
            await asyncio.sleep(0.1)
        listed = await instances(board).heard_of()
        assert [(each.instance, each.boot_id) for each in listed] == [("a", "2"), ("b", "1")]
        await asyncio.sleep(599.0)
        assert [each.instance for each in await instances(board).heard_of()] == ["a", "b"]
        await asyncio.sleep(2.0)
        assert await instances(board).heard_of() == []

    run(scenario())


async def shown(client: AsyncClient) -> dict[str, Any]:
    answer = await client.get("/api/ops/instances", headers=OPERATOR)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def until_all_work_by(client: AsyncClient, others: list[AsyncClient], version: int) -> dict[str, Any]:
    give_up_at = time.monotonic() + PATIENCE
    while time.monotonic() < give_up_at:
        for other in others:
            await other.get("/api/documents/d1")  # a request drives an instance
        found = await shown(client)
        if [each["versions"]["operations"] for each in found["instances"]] == [version] * len(others):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(found)


async def test_every_instance_tells_when_a_change_has_come_to_it(start: Start) -> None:
    async with start(INSTANCE_ID="one") as one, start(INSTANCE_ID="two") as two:
        await until_all_work_by(one, [one, two], 0)
        wish = {"on": True, "reason": "to see"}
        change = (await one.put("/api/ops/brownout", json=wish, headers=OPERATOR)).json()
        found = await until_all_work_by(two, [one, two], change["version"])
        boot_id = (await two.get("/identity")).json()["boot_id"]
    assert found["documents"] == {"operations": change["version"]}
    assert [each["instance"] for each in found["instances"]] == ["one", "two"]
    assert found["instances"][1]["boot_id"] == boot_id
    assert all(found["now"] - 60 < each["heard_at"] <= found["now"] for each in found["instances"])


async def test_a_rollout_s_document_is_among_them_where_there_is_a_canary(start: Start) -> None:
    async with start(EMBEDDING_CANARY_MODEL="text-embedding-3-large") as client:
        await client.post("/api/ops/rollouts/embeddings/start", json={"reason": "r"}, headers=OPERATOR)
        found = await shown(client)
    assert found["documents"] == {"operations": 0, "rollout:embeddings": 1}


async def test_a_viewer_sees_the_instances_and_nobody_else(start: Start) -> None:
    async with start(VIEWER_TOKEN="viewer-token") as client:
        viewed = await client.get("/api/ops/instances", headers={"Authorization": "Bearer viewer-token"})
        assert viewed.status_code == 200
        assert (await client.get("/api/ops/instances")).status_code == 401


@pytest.mark.parametrize(
    ("table", "problem"), [("control_documents", "control_store_away"), ("counts", "count_board_away")]
)
async def test_what_cannot_be_read_is_told(client: AsyncClient, tmp_path: Path, table: str, problem: str) -> None:
    other = sqlite3.connect(tmp_path / "ballast.sqlite3", isolation_level=None, timeout=PATIENCE)
    other.execute(f"ALTER TABLE {table} RENAME TO gone")
    other.close()
    away = await client.get("/api/ops/instances", headers=OPERATOR)
    assert (away.status_code, away.json()["type"]) == (503, problem)
