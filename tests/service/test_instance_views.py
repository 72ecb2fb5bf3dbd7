"""What the instances tell of themselves while somebody looks, and what is shown of it."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from httpx2 import AsyncClient

from service.fleet.instance_views import LOOKS, VIEWS, InstanceViews
from service.store.counts import CountRow
from service.web.fleet_scope import ViewPart, of_everyone
from tests.service.conftest import OPERATOR, Start
from tests.service.test_instances import Board, instances
from tests.service.virtual_time import now, run

PATIENCE = 60.0  # seconds


def views(board: Board, name: str, part: Callable[[], object] = dict) -> InstanceViews:
    async def tell() -> object:
        return part()

    made = InstanceViews(board, instances(board, name), instance=name, boot_id="1", clock=now, wall_clock=now)
    made.parts = {"part": tell}
    made.start()
    return made


def rows(board: Board, subject: str) -> list[CountRow]:
    return [row for row in board.rows if row.subject == subject]


async def poked(view: InstanceViews, seconds: int) -> None:
    """As by a control copy that is read each second."""
    for _ in range(seconds):
        view.poke()
        await asyncio.sleep(1.0)


def test_nothing_is_told_while_nobody_asks() -> None:
    async def scenario() -> None:
        board = Board()
        await poked(views(board, "a"), 30)
        assert board.rows == []

    run(scenario())


def test_after_a_question_everyone_tells_for_a_minute() -> None:
    async def scenario() -> None:
        board = Board()
        one, two = views(board, "one"), views(board, "two")
        assert [told.instance for told in (await one.everyone("part")).told] == ["one"]
        await poked(two, 6)
        assert [told.instance for told in (await one.everyone("part")).told] == ["one", "two"]
        await poked(two, 120)
        before = len(rows(board, VIEWS))
        await poked(two, 60)
        assert len(rows(board, VIEWS)) == before
        assert before <= 16

    run(scenario())


def test_a_change_is_told_at_once_and_the_next_ones_a_second_later() -> None:
    async def scenario() -> None:
        board = Board()
        two = views(board, "two")
        await views(board, "one").everyone("part")
        await poked(two, 3)
        before = len(rows(board, VIEWS))
        for _ in range(3):
            two.changed("an event")
            await asyncio.sleep(0.3)
        assert len(rows(board, VIEWS)) == before + 1
        await asyncio.sleep(0.5)
        assert len(rows(board, VIEWS)) == before + 2

    run(scenario())


def test_questions_that_come_together_read_the_board_once() -> None:
    async def scenario() -> None:
        board = Board()
        one = views(board, "one")
        await asyncio.gather(*(one.everyone("part") for _ in range(10)))
        assert len(rows(board, LOOKS)) == 1

    run(scenario())


def test_who_fell_silent_is_named_and_not_taken_for_present() -> None:
    async def scenario() -> None:
        board = Board()
        one, two = views(board, "one"), views(board, "two")
        await one.everyone("part")
        instances(board, "two").poke()
        await poked(two, 2)
        await asyncio.sleep(40.0)
        found = await one.everyone("part")
        assert [told.instance for told in found.told] == ["one"]
        assert [other.instance for other in found.others] == ["two"]

    run(scenario())


def test_who_stops_leaves_an_empty_row_and_is_not_shown() -> None:
    async def scenario() -> None:
        board = Board()
        one, two = views(board, "one"), views(board, "two")
        await one.everyone("part")
        await poked(two, 2)
        await two.stop()
        left = rows(board, VIEWS)[-1]
        assert (left.instance, left.boot_id, left.body) == ("two", "", b"")
        board.rows = [row for row in board.rows if row.instance != "two"] + [left]
        await asyncio.sleep(2.0)
        assert [told.instance for told in (await one.everyone("part")).told] == ["one"]

    run(scenario())


def test_an_instance_of_another_version_spoils_nothing() -> None:
    async def scenario() -> None:
        board = Board()
        for name, body in (("odd", b"no JSON"), ("older", b'{"boot_id": "1", "parts": {}}')):
            board.rows.append(
                CountRow(subject=VIEWS, instance=name, boot_id="1", slot=0, published_at=now(), body=body)
            )
        found = await views(board, "one").everyone("part")
        assert [told.instance for told in found.told] == ["one"]
        assert found.problem == "Of another version, and not understood: odd, older."

    run(scenario())


class Well(msgspec.Struct):
    """A part as one version tells it."""

    instance: str
    heard_at: float
    well: bool


@pytest.mark.parametrize("part", [b"3", b"[]", b'{"well": "very"}', b'"\xff"'])
def test_a_part_of_another_shape_is_left_out_and_said_to_be(part: bytes) -> None:
    async def scenario() -> None:
        board = Board()
        body = b'{"boot_id": "1", "parts": {"events": ' + part + b"}}"
        board.rows.append(CountRow(subject=VIEWS, instance="odd", boot_id="1", slot=0, published_at=now(), body=body))
        one = views(board, "one", lambda: {"well": True})
        one.parts = {ViewPart.EVENTS: one.parts["part"]}
        whole, heard = await of_everyone(one, ViewPart.EVENTS, Well)
        assert [of.instance for of in heard] == ["one"]
        assert "odd" in whole["problem"]

    run(scenario())


def test_when_the_board_fails_an_instance_speaks_for_itself() -> None:
    async def scenario() -> None:
        board = Board()
        board.fails = True
        found = await views(board, "one", lambda: {"well": True}).everyone("part")
        assert [msgspec.json.decode(told.part) for told in found.told] == [{"well": True}]
        assert found.problem == "The count board does not answer: this is what one instance knows of itself."

    run(scenario())


def test_two_hundred_instances_are_told_of_at_once() -> None:
    async def scenario() -> None:
        board = Board()
        for number in range(200):
            body = msgspec.json.encode({"boot_id": "1", "parts": {"part": {"number": number}}})
            board.rows.append(
                CountRow(subject=VIEWS, instance=f"i-{number}", boot_id="1", slot=0, published_at=now(), body=body)
            )
        assert len((await views(board, "one").everyone("part")).told) == 201

    run(scenario())


async def until(client: AsyncClient, path: str, shows: Callable[[Any], bool], *, drive: AsyncClient) -> Any:
    async with asyncio.timeout(PATIENCE):
        while not shows(answer := (await client.get(f"/api/observability/{path}?scope=fleet")).json()):
            await drive.get("/api/documents/1")
            await asyncio.sleep(0.05)
    return answer


async def test_what_happens_at_one_instance_is_seen_at_the_other(start: Start) -> None:
    async with start(INSTANCE_ID="one") as one, start(INSTANCE_ID="two") as two:

        def isolated(shown: Any) -> bool:
            states = {(of["instance"], each["state"]) for of in shown["instances"] for each in of["circuit_breakers"]}
            return ("two", "isolated") in states

        reason = {"reason": "it is being moved"}
        await two.post("/api/ops/circuit-breakers/event_queue/isolate", json=reason, headers=OPERATOR)
        shown = await until(one, "circuit-breakers", isolated, drive=two)
        breaker = next(
            each
            for of in shown["instances"]
            for each in of["circuit_breakers"]
            if (of["instance"], each["name"]) == ("two", "event_queue")
        )
        assert (breaker["isolated_by"], breaker["isolated_reason"]) == ("operator", "it is being moved")
        assert [each["state"] for each in breaker["history"]] == ["closed", "isolated"]
        gates = await until(one, "health-gates", lambda found: len(found["instances"]) == 2, drive=two)
        assert [of["status"] for of in gates["instances"]] == ["ready", "ready"]
        watched = await until(one, "watchdogs", lambda found: len(found["instances"]) == 2, drive=two)
        assert all(of["watchdogs"] for of in watched["instances"])
        events = await until(
            one,
            "events",
            lambda found: any(
                (of["instance"], of["event"]["type"]) == ("two", "breaker_isolated") for of in found["events"]
            ),
            drive=two,
        )
        assert [of["event"]["at"] for of in events["events"]] == sorted(
            (of["event"]["at"] for of in events["events"]), reverse=True
        )


async def test_while_the_board_is_locked_one_instance_is_shown_and_said_to_be_alone(
    start: Start, tmp_path: Path
) -> None:
    async with start() as client:
        other = sqlite3.connect(tmp_path / "ballast.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        away = (await client.get("/api/observability/circuit-breakers?scope=fleet")).json()
        other.execute("ROLLBACK")
        other.close()
    assert "The count board does not answer" in away["problem"]
    assert [of["instance"] for of in away["instances"]] == ["instance-1"]
