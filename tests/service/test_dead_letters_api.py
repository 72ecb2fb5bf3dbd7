"""Dead letters over the operator API: who may see and move them, listing and discarding."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient

from tests.service.buried import WHY, ask, audit, bury, listed, waiting
from tests.service.conftest import OPERATOR


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
