import sqlite3
from pathlib import Path

import pytest

from service.fleet.fleet_signals import SUBJECT, FleetSignals
from service.reliability.golden_signals import GoldenSignals
from service.store.counts import CountRow
from tests.service.conftest import Start
from tests.service.test_instances import Board

FROM_ANOTHER_VERSION = (
    b'{"routes": {"GET /a": {"success": {"count": 1, "recent": {"999999": 1}}}}, "in_flight": 0, "open_connections": 0}'
)
"""Which counts in more buckets than there are here."""

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


async def test_one_instances_figures_can_be_asked_for_at_another(start: Start) -> None:
    async with start(INSTANCE_ID="one") as one, start(INSTANCE_ID="two") as two:
        await two.get("/api/documents/1")
        await two.get(FLEET)
        shown = (await one.get(FLEET, params={"scope": "fleet", "instance": "two"})).json()
        unknown = await one.get(FLEET, params={"scope": "fleet", "instance": "three"})
    assert [heard["instance"] for heard in shown["instances"]] == ["two"]
    assert shown["routes"]["GET /api/documents/{id}"]["problems"] == {"not_found": 1}
    assert (unknown.status_code, unknown.json()["detail"]) == (
        404,
        "no instance 'three' was heard of in the last 30 s",
    )


async def test_what_is_answered_without_an_exception_has_its_cause_too(start: Start) -> None:
    async with start() as client:
        large = b'{"text": "' + b"a" * 100_000 + b'"}'
        await client.post("/api/embeddings", content=large, headers={"Content-Type": "application/json"})
        shown = (await client.get(FLEET)).json()
    assert shown["routes"]["POST /api/embeddings"]["problems"] == {"body_too_large": 1}


async def test_while_the_board_is_locked_the_instances_own_figures_are_shown_and_said_to_be_so(
    start: Start, tmp_path: Path
) -> None:
    async with start() as client:
        other = sqlite3.connect(tmp_path / "ballast.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        away = await client.get(FLEET)
        other.execute("ROLLBACK")
        other.close()
        assert (away.status_code, away.json()["problem"]) == (
            200,
            "The count board does not answer: these are the figures of one instance.",
        )
        assert [heard["instance"] for heard in away.json()["instances"]] == ["instance-1"]
        assert (await client.get("/api/observability/golden-signals")).status_code == 200
        assert (await client.get(FLEET)).json()["problem"] == ""


@pytest.mark.parametrize("body", [b"no JSON", b"{}", b'"\xff"', FROM_ANOTHER_VERSION])
async def test_figures_of_another_shape_are_left_out_and_said_to_be(body: bytes) -> None:
    signals = GoldenSignals(now=0.0, open_connections=lambda: 1)
    board = Board()
    fleet = FleetSignals(signals, board, instance="one", boot_id="1", clock=lambda: 1.0, wall_clock=lambda: 1.0)
    board.rows.append(CountRow(subject=SUBJECT, instance="odd", boot_id="1", slot=0, published_at=1.0, body=body))
    found = await fleet.figures()
    assert [heard.instance for heard in found.instances] == ["one"]
    assert found.problem == "Of another version, and not understood: odd."


async def test_while_the_board_fails_nobody_is_said_not_to_be_there(start: Start, tmp_path: Path) -> None:
    async with start() as client:
        other = sqlite3.connect(tmp_path / "ballast.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        shown = await client.get(f"{FLEET}&instance=another")
        other.execute("ROLLBACK")
        other.close()
    assert (shown.status_code, shown.json()["type"]) == (503, "count_board_away")
