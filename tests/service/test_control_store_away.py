"""While the control store does not answer, the service goes on with what it knew, and says so."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from httpx2 import AsyncClient

from tests.service.conftest import OPERATOR, Start

LOOKS = 6000  # at most, with a pause of 10 ms after each


@contextmanager
def without_control_store(folder: Path) -> Iterator[None]:
    """The documents' table under another name, so that each reading fails at once."""

    def rename(before: str, after: str) -> None:
        with closing(sqlite3.connect(folder / "ballast.sqlite3", timeout=60, isolation_level=None)) as connection:
            connection.execute(f"ALTER TABLE {before} RENAME TO {after}")

    rename("control_documents", "away")
    yield
    rename("away", "control_documents")


async def until_control_copy(client: AsyncClient, *, stale: bool) -> dict[str, Any]:
    """Health, once it says so; each look is a request of the workload as well."""
    for _ in range(LOOKS):
        assert (await client.post("/api/documents", json={})).status_code == 503  # drained all the while
        health: dict[str, Any] = (await client.get("/health")).json()
        if health["control_copy"]["stale"] is stale:
            return health
        await asyncio.sleep(0.01)
    raise AssertionError(health)


async def test_the_last_good_copy_holds_and_the_journal_and_health_say_so_once(tmp_path: Path, start: Start) -> None:
    async with start() as client:
        drained = await client.put("/api/ops/write-drain", json={"on": True, "reason": "r"}, headers=OPERATOR)
        assert drained.status_code == 200
        with without_control_store(tmp_path):
            health = await until_control_copy(client, stale=True)
            refused = await client.put("/api/ops/write-drain", json={"on": False, "reason": "r"}, headers=OPERATOR)
            modes = (await client.get("/api/observability/modes")).json()
        assert (await until_control_copy(client, stale=False))["control_copy"]["problem"] == ""
        events = (await client.get("/api/observability/events")).json()["events"]
    problem = "the control store failed: no such table: control_documents"
    assert (health["status"], health["control_copy"]["problem"], modes["problem"]) == ("degraded", problem, problem)
    assert (refused.status_code, refused.json()["type"]) == (503, "control_store_away")
    assert [(event["type"], event["reason"]) for event in events if event["type"].startswith("control_copy")] == [
        ("control_copy_stale", problem),
        ("control_copy_fresh", "the control store answers again"),
    ]


async def test_what_another_version_has_written_is_told_and_not_written_over(tmp_path: Path, start: Start) -> None:
    async with start() as client:
        await client.put("/api/ops/brownout", json={"on": True, "reason": "r"}, headers=OPERATOR)
        with closing(sqlite3.connect(tmp_path / "ballast.sqlite3", timeout=60, isolation_level=None)) as connection:
            connection.execute("UPDATE control_documents SET version = 2, body = ?", (b'{"schema": 2}',))
        refused = await client.put("/api/ops/brownout", json={"on": False, "reason": "r"}, headers=OPERATOR)
        modes = (await client.get("/api/observability/modes")).json()
        events = (await client.get("/api/observability/events")).json()["events"]
    problem = "the document operations has schema 2; this version of the service reads 1"
    assert (refused.status_code, refused.json()["detail"]) == (409, problem)
    assert (modes["problem"], modes["modes"][2]["in_force"]) == (problem, True)
    assert [event["reason"] for event in events if event["type"] == "operations_unreadable"] == [problem]
