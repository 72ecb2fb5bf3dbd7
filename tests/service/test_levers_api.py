"""How an operator changes a mode, a quarantine or a flag: who may, what is refused, and what is shown of it."""

from typing import Any

import pytest

from tests.service.conftest import Start
from tests.service.levers import WHY, embed, put


async def test_a_change_is_answered_with_before_and_after(start: Start) -> None:
    async with start() as client:
        first = (await put(client, "safe-mode", on=True, ttl=60)).json()
        second = (await put(client, "safe-mode", who="bob", on=False)).json()
    assert (first["key"], first["document"], first["version"]) == ("mode/safe_mode", "operations", 1)
    assert (first["dry_run"], first["changed"], first["before"]) == (False, True, None)
    entry = first["after"]
    assert entry["until"] == entry["since"] + 60
    assert (entry["on"], entry["by"], entry["reason"], entry["revision"]) == (True, "ann", WHY, 1)
    assert second["before"] == entry
    assert (second["after"]["by"], second["after"]["until"], second["after"]["revision"]) == ("bob", None, 2)


async def test_a_change_that_changes_nothing_or_is_a_dry_run_is_not_written(start: Start) -> None:
    async with start() as client:
        nothing = (await put(client, "brownout", on=False)).json()
        dry = (await put(client, "brownout", on=True, dry_run=True)).json()
        assert (await embed(client))["source"] == "provider"
        (mode,) = [
            mode
            for mode in (await client.get("/api/observability/modes")).json()["modes"]
            if mode["name"] == "brownout"
        ]
    assert (nothing["changed"], nothing["after"]["revision"]) == (False, 1)
    assert (dry["changed"], dry["dry_run"], dry["after"]["on"], dry["version"]) == (True, True, True, 1)
    assert mode == {"name": "brownout", "in_force": False, "entry": None}


async def test_a_change_of_what_somebody_else_has_changed_is_refused_and_shows_theirs(start: Start) -> None:
    async with start() as client:
        await put(client, "safe-mode", who="eve", on=True)
        refused = await put(client, "safe-mode", on=False, expected_revision=0)
        done = await put(client, "safe-mode", on=False, expected_revision=1)
    problem = refused.json()
    assert (refused.status_code, problem["type"]) == (409, "conflict")
    assert problem["detail"] == "mode/safe_mode is at revision 1; expected 0"
    assert (problem["current"]["by"], problem["current"]["revision"]) == ("eve", 1)
    assert done.status_code == 200


@pytest.mark.parametrize(
    ("path", "wish", "status", "detail"),
    [
        ("safe-mode", {"on": True, "reason": ""}, 422, "length >= 1"),
        ("safe-mode", {"on": True, "reason": "  "}, 422, "matching regex"),
        ("safe-mode", {"on": True, "reason": "\u001c\ufeff"}, 422, "matching regex"),
        ("safe-mode", {}, 422, "missing required field `on`"),
        ("safe-mode", {"on": True, "ttl": 0}, 422, "> 0"),
        ("safe-mode", {"on": True, "force": True}, 422, "unknown field `force`"),
        ("safe-mode", {"on": False, "ttl": 60}, 422, "ttl is 60; expected null"),
        ("agents/nobody/quarantine", {"on": True}, 404, "there is no such agent; expected one of: indexer"),
        ("flags/nothing", {"value": True}, 404, "there is no such flag; expected one of: provider_embeddings"),
        ("flags/provider_embeddings", {"value": True, "percentage": 5}, 422, "are both given; expected one of them"),
        ("flags/provider_embeddings", {"percentage": 101}, 422, "<= 100"),
    ],
)
async def test_a_wish_that_cannot_be_is_told_so(
    start: Start, path: str, wish: dict[str, Any], status: int, detail: str
) -> None:
    async with start() as client:
        answer = await put(client, path, **wish)
    assert answer.status_code == status
    assert detail in answer.json()["detail"]


@pytest.mark.parametrize("who", ["", " ", "x" * 65, "\t"])
async def test_a_name_that_is_none_is_refused(start: Start, who: str) -> None:
    async with start() as client:
        answer = await put(client, "safe-mode", who=who, on=True)
    assert (answer.status_code, answer.json()["detail"][:10]) == (422, "X-Operator")


async def test_only_an_operator_changes_anything(start: Start) -> None:
    async with start() as client:
        for path in ("safe-mode", "write-drain", "brownout", "agents/indexer/quarantine", "flags/provider_embeddings"):
            answer = await client.put(f"/api/ops/{path}", json={"on": True, "reason": WHY})
            assert answer.status_code == 401


async def test_modes_and_agents_are_shown_with_who_and_why(start: Start) -> None:
    async with start() as client:
        await put(client, "agents/indexer/quarantine", on=True)
        await put(client, "write-drain", on=True)
        shown = (await client.get("/api/observability/modes")).json()
    assert [(mode["name"], mode["in_force"]) for mode in shown["modes"]] == [
        ("safe_mode", False),
        ("write_drain", True),
        ("brownout", False),
    ]
    assert shown["modes"][1]["entry"]["by"] == "ann"
    (agent,) = shown["agents"]
    assert (agent["name"], agent["quarantined"], agent["entry"]["reason"]) == ("indexer", True, WHY)
    assert (shown["problem"], shown["copy_age"] < 60) == ("", True)


async def test_without_the_reliability_system_none_of_this_is_there(start: Start) -> None:
    async with start(USE_RELIABILITY_SYSTEM="false", FLAG_PROVIDER_EMBEDDINGS="false") as client:
        assert (await put(client, "safe-mode", on=True)).status_code == 404
        assert (await client.get("/api/observability/modes")).status_code == 404
        assert (await client.get("/api/observability/flags")).status_code == 404
        assert (await client.get("/health")).json()["control_copy"] is None
        assert (await embed(client))["source"] == "provider"
