"""Dead letters over the operator API: listed, redriven a step at a time, discarded."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient, Response

from tests.service.conftest import OPERATOR, Start

WHY = "the provider is back"


def bury(folder: Path, count: int, *, topic: str = "document.created", first: int = 0) -> None:
    with closing(sqlite3.connect(folder / "ballast.sqlite3")) as connection:
        connection.executemany(
            "INSERT INTO dead_letters (id, agent, topic, document_id, request_id, published_at, died_at, receives,"
            " reason) VALUES (?, 'indexer', ?, 'd', 'r', 1, 2, 5, 'the agent answered 404')",
            [(f"e{number}", topic) for number in range(first, first + count)],
        )
        connection.commit()


def waiting(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "ballast.sqlite3")) as connection:
        count: int = connection.execute("SELECT count(*) FROM messages").fetchone()[0]
        return count


def audit(folder: Path) -> list[tuple[str, str, str]]:
    """Who did what and why, oldest first."""
    with closing(sqlite3.connect(folder / "ballast.sqlite3")) as connection:
        return connection.execute("SELECT by, action, reason FROM control_audit ORDER BY version").fetchall()


async def ask(client: AsyncClient, what: str, *, who: str = "ann", method: str = "POST", **wish: Any) -> Response:
    headers = OPERATOR | {"X-Operator": who}
    return await client.request(
        method, f"/api/ops/agents/indexer/{what}", json={"reason": WHY, **wish}, headers=headers
    )


async def listed(client: AsyncClient, **wanted: str) -> dict[str, Any]:
    answer = await client.get("/api/ops/dead-letters", params=wanted, headers=OPERATOR)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def figures(answer: Response) -> tuple[int, int, int, bool]:
    assert answer.status_code == 200, answer.text
    step = answer.json()
    return step["moved"], step["moved_in_all"], step["left"], step["done"]


async def test_dead_letters_are_listed_page_by_page_with_their_reasons(client: AsyncClient, tmp_path: Path) -> None:
    bury(tmp_path, 3)
    first = await listed(client, limit="2", agent="indexer")
    assert first["dead_letters"][0] == {
        "id": "e0", "agent": "indexer", "topic": "document.created", "document_id": "d", "request_id": "r",
        "published_at": 1.0, "died_at": 2.0, "attempts": 5, "reason": "the agent answered 404",
    }  # fmt: skip
    rest = await listed(client, limit="2", after=first["next"])
    assert ([letter["id"] for letter in rest["dead_letters"]], rest["next"]) == (["e2"], None)
    assert (await listed(client, topic="other"))["dead_letters"] == []


@pytest.mark.parametrize(
    ("wanted", "status", "told"),
    [
        ({"agent": "painter"}, 404, "expected one of: indexer"),
        ({"limit": "0"}, 422, "$.limit"),
        ({"limit": "101"}, 422, "$.limit"),
        ({"after": "x"}, 422, "x is no cursor of dead letters"),
        ({"colour": "red"}, 422, "colour"),
    ],
)
async def test_a_question_that_makes_no_sense_is_told_so(
    client: AsyncClient, wanted: dict[str, str], status: int, told: str
) -> None:
    answer = await client.get("/api/ops/dead-letters", params=wanted, headers=OPERATOR)
    assert answer.status_code == status
    assert told in answer.json()["detail"]


async def test_a_redrive_moves_step_by_step_until_nothing_is_left(client: AsyncClient, tmp_path: Path) -> None:
    bury(tmp_path, 5)
    begun = await ask(client, "redrive", limit=2, rate=1000)
    assert figures(begun) == (2, 2, 3, False)
    redrive = begun.json()["redrive"]
    assert figures(await ask(client, "redrive", limit=2, redrive=redrive)) == (2, 4, 1, False)
    assert figures(await ask(client, "redrive", limit=2, redrive=redrive)) == (1, 5, 0, True)
    assert waiting(tmp_path) == 5
    assert audit(tmp_path) == [
        ("ann", "redrive begun", WHY),
        ("ann", "redrive done", f"5 moved, 0 left; {WHY}"),
    ]


async def test_whoever_lost_the_last_answer_gets_it_again(client: AsyncClient, tmp_path: Path) -> None:
    bury(tmp_path, 5)
    done = await ask(client, "redrive", rate=1000, maximum=3)
    assert figures(done) == (3, 3, 2, True)
    assert figures(await ask(client, "redrive", redrive=done.json()["redrive"])) == (0, 3, 2, True)
    assert waiting(tmp_path) == 3


async def test_a_redrive_stops_at_its_maximum_and_at_its_rate(client: AsyncClient, tmp_path: Path) -> None:
    bury(tmp_path, 10)
    begun = await ask(client, "redrive", rate=0.001, maximum=3)
    assert figures(begun) == (1, 1, 9, False)
    slow = await ask(client, "redrive", redrive=begun.json()["redrive"], rate=10_000, maximum=1_000_000)
    assert figures(slow) == (0, 1, 9, False)  # on the terms of the first step
    assert slow.json()["allowed"] == 0
    await ask(client, "redrive", method="PUT", on=False)
    assert figures(await ask(client, "redrive", rate=1000, maximum=3)) == (3, 3, 6, True)
    assert waiting(tmp_path) == 4


async def test_only_the_chosen_ones_are_redriven(client: AsyncClient, tmp_path: Path) -> None:
    bury(tmp_path, 3)
    bury(tmp_path, 2, topic="document.deleted", first=10)
    assert figures(await ask(client, "redrive", topic="document.deleted", ids=["e0", "e10"])) == (1, 1, 0, True)
    assert figures(await ask(client, "redrive", topic="document.deleted")) == (1, 1, 0, True)
    assert [letter["id"] for letter in (await listed(client))["dead_letters"]] == ["e0", "e1", "e2"]


async def test_a_dry_run_tells_what_the_first_step_would_do_and_does_nothing(
    client: AsyncClient, tmp_path: Path
) -> None:
    bury(tmp_path, 5)
    tried = await ask(client, "redrive", dry_run=True, limit=3)
    assert (figures(tried), tried.json()["redrive"], tried.json()["allowed"]) == ((3, 3, 2, False), None, 3)
    assert (waiting(tmp_path), audit(tmp_path)) == (0, [])


async def test_whoever_comes_second_is_told_who_redrives(client: AsyncClient, tmp_path: Path) -> None:
    bury(tmp_path, 5)
    await ask(client, "redrive", limit=1)
    refused = await ask(client, "redrive", who="bob")
    assert refused.status_code == 409
    assert refused.json()["detail"] == f"ann is redriving the dead letters of indexer: {WHY}"
    assert refused.json()["current"]["by"] == "ann"
    assert waiting(tmp_path) == 1


async def test_anybody_stops_a_redrive_and_its_next_step_is_told_who_and_why(
    client: AsyncClient, tmp_path: Path
) -> None:
    bury(tmp_path, 5)
    begun = await ask(client, "redrive", limit=1)
    stopped = await ask(client, "redrive", who="bob", method="PUT", on=False, reason="it fails again")
    assert (stopped.status_code, stopped.json()["changed"], stopped.json()["after"]["by"]) == (200, True, "bob")
    refused = await ask(client, "redrive", redrive=begun.json()["redrive"])
    assert (refused.status_code, refused.json()["detail"]) == (409, "bob has stopped the redrive: it fails again")
    assert (await ask(client, "redrive", method="PUT", on=False)).json()["changed"] is False
    assert waiting(tmp_path) == 1
    assert figures(await ask(client, "redrive")) == (4, 4, 0, True)  # going on is beginning again


async def test_another_instance_takes_the_next_step_of_a_redrive(start: Start, tmp_path: Path) -> None:
    async with start() as one, start(INSTANCE_ID="instance-2") as other:
        bury(tmp_path, 3)
        begun = await ask(one, "redrive", limit=1, rate=1000)
        assert figures(await ask(other, "redrive", redrive=begun.json()["redrive"])) == (2, 3, 0, True)


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"reason": ""}, "$.reason"),
        ({"limit": 0}, "$.limit"),
        ({"rate": 0}, "$.rate"),
        ({"maximum": 0}, "$.maximum"),
        ({"ids": []}, "$.ids"),
        ({"ttl": 60}, "ttl"),
        ({"expected_revision": 1}, "expected_revision"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_a_wish_that_makes_no_sense_is_told_so(client: AsyncClient, wish: dict[str, Any], told: str) -> None:
    refused = await ask(client, "redrive", **wish)
    assert refused.status_code == 422
    assert told in refused.json()["detail"]


@pytest.mark.parametrize("wish", [{"ttl": 60}, {"expected_revision": 1}])
async def test_a_discard_takes_nothing_that_it_would_not_heed(client: AsyncClient, wish: dict[str, Any]) -> None:
    refused = await ask(client, "discard", ids=["e0"], **wish)
    assert refused.status_code == 422
    assert next(iter(wish)) in refused.json()["detail"]


async def test_an_agent_that_is_not_there_is_told_with_those_that_are(client: AsyncClient) -> None:
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "redrive", {}),
        ("PUT", "redrive", {"on": False}),
        ("POST", "discard", {"ids": ["e0"]}),
    ]
    for method, what, wish in asked:
        path = f"/api/ops/agents/painter/{what}"
        refused = await client.request(method, path, json={"reason": WHY, **wish}, headers=OPERATOR)
        assert refused.status_code == 404
        assert refused.json()["detail"] == "there is no such agent; expected one of: indexer"


async def test_a_redrive_is_not_begun_by_the_way_that_ends_it(client: AsyncClient) -> None:
    refused = await ask(client, "redrive", method="PUT", on=True)
    assert refused.status_code == 422
    assert "a redrive begins with its first step" in refused.json()["detail"]


async def test_a_redrive_that_nobody_began_has_no_next_step(client: AsyncClient) -> None:
    refused = await ask(client, "redrive", redrive="0123456789abcdef")
    assert refused.status_code == 409
    assert refused.json()["detail"] == "0123456789abcdef is not the redrive of indexer; there is none"


async def test_what_is_discarded_is_gone_and_it_is_written_down_who_wanted_it(
    client: AsyncClient, tmp_path: Path
) -> None:
    bury(tmp_path, 3)
    tried = await ask(client, "discard", ids=["e0", "e9"], dry_run=True)
    assert tried.json() == {"discarded": ["e0"], "missing": ["e9"]}
    assert (len((await listed(client))["dead_letters"]), audit(tmp_path)) == (3, [])
    done = await ask(client, "discard", ids=["e0", "e9"], reason="a test of ours")
    assert done.json() == {"discarded": ["e0"], "missing": ["e9"]}
    assert [letter["id"] for letter in (await listed(client))["dead_letters"]] == ["e1", "e2"]
    assert audit(tmp_path) == [("ann", "discard 2", "a test of ours; ids: e0, e9")]


async def test_the_audit_names_every_id_of_every_discard(client: AsyncClient) -> None:
    ids = [f"{number:0128}" for number in range(100)]  # the most and the longest that one request may name
    for chosen in (ids, ["e0"]):
        assert (await ask(client, "discard", ids=chosen)).status_code == 200
    lines = (await client.get("/api/ops/audit?subject=discard/indexer", headers=OPERATOR)).json()["lines"]
    assert [line["reason"] for line in lines] == [f"{WHY}; ids: e0", f"{WHY}; ids: {', '.join(ids)}"]


async def test_nobody_but_an_operator_sees_or_moves_anything(client: AsyncClient, tmp_path: Path) -> None:
    bury(tmp_path, 1)
    assert (await client.get("/api/ops/dead-letters")).status_code == 401
    for what in ("redrive", "discard"):
        refused = await client.post(f"/api/ops/agents/indexer/{what}", json={"reason": WHY, "ids": ["e0"]})
        assert refused.status_code == 401
    assert waiting(tmp_path) == 0


async def test_a_queue_that_does_not_answer_is_told_without_a_trace(client: AsyncClient, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "ballast.sqlite3")) as connection:
        connection.execute("ALTER TABLE dead_letters RENAME TO elsewhere")
    asked = [
        await client.get("/api/ops/dead-letters", headers=OPERATOR),
        await ask(client, "redrive"),
        await ask(client, "discard", ids=["e0"]),
    ]
    for answer in asked:
        assert (answer.status_code, answer.json()["type"]) == (503, "event_queue_away")
        assert "elsewhere" not in answer.text
