import sqlite3
from pathlib import Path

from tests.service.conftest import Start

FLEET = "/api/observability/golden-signals?scope=fleet"


async def test_the_fleets_figures_are_those_of_every_instance_on_the_board(start: Start) -> None:
    async with start(INSTANCE_ID="one") as one, start(INSTANCE_ID="two") as two:
        for client, count in ((one, 3), (two, 4)):
            for number in range(count):
                await client.get(f"/api/documents/{number}")
        await one.get(FLEET)
        shown = (await two.get(FLEET)).json()
        alone = (await two.get("/api/observability/golden-signals")).json()
    assert sorted(heard["instance"] for heard in shown["instances"]) == ["one", "two"]
    assert shown["routes"]["GET /api/documents/{id}"]["client_errors"] == 7
    assert shown["routes"]["GET /api/documents/{id}"]["failure"]["p99"] > 0
    assert alone["routes"]["GET /api/documents/{id}"]["client_errors"] == 4


async def test_a_scope_that_there_is_not_is_refused(start: Start) -> None:
    async with start() as client:
        assert (await client.get("/api/observability/golden-signals?scope=world")).status_code == 422


async def test_a_board_that_is_locked_is_told_and_the_instances_own_figures_stay(start: Start, tmp_path: Path) -> None:
    async with start() as client:
        other = sqlite3.connect(tmp_path / "ballast.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        away = await client.get(FLEET)
        other.execute("ROLLBACK")
        other.close()
        assert (away.status_code, away.json()["type"]) == (503, "count_board_away")
        assert (await client.get("/api/observability/golden-signals")).status_code == 200
        assert (await client.get(FLEET)).status_code == 200
