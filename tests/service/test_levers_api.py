"""Modes, quarantines and flags: what operators set, and what it does to callers."""

import asyncio
from typing import Any

import pytest
from httpx2 import AsyncClient, Response

from tests.service.conftest import OPERATOR, Start
from tests.service.provider import Provider

INTERNAL = {"Authorization": "Bearer internal-token"}
LOOKS = 1200  # at most, with a pause of 50 ms after each
WHY = "the provider misbehaves"


async def put(client: AsyncClient, path: str, who: str = "ann", **wish: Any) -> Response:
    return await client.put(f"/api/ops/{path}", json={"reason": WHY, **wish}, headers=OPERATOR | {"X-Operator": who})


async def embed(client: AsyncClient, caller: str = "a") -> dict[str, Any]:
    answer = await client.post("/api/embeddings", json={"text": "a text"}, headers={"X-Caller-Id": caller})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def create(client: AsyncClient) -> Response:
    return await client.post("/api/documents", json={"title": "t", "text": "a text"})


async def publish(client: AsyncClient) -> Response:
    return await client.post("/api/events", json={"topic": "document.created", "document_id": "d1"})


async def deliver(client: AsyncClient, document: str) -> Response:
    delivery = {"id": "e1", "topic": "document.created", "document_id": document, "receives": 1}
    return await client.post("/internal/agents/indexer/deliver", json=delivery, headers=INTERNAL)


async def events(client: AsyncClient, kind: str) -> list[dict[str, Any]]:
    found = (await client.get("/api/observability/events")).json()["events"]
    return [event for event in found if event["type"] == kind]


async def flag(client: AsyncClient) -> dict[str, Any]:
    (found,) = (await client.get("/api/observability/flags")).json()["flags"]
    return dict(found)


@pytest.mark.parametrize(
    ("path", "wish", "reason"),
    [
        ("safe-mode", {"on": True}, "safe_mode"),
        ("brownout", {"on": True}, "brownout"),
        ("flags/provider_embeddings", {"value": False}, "flag_off"),
        ("flags/provider_embeddings", {"percentage": 0}, "flag_off"),
    ],
)
async def test_embeddings_and_searches_are_made_here_and_say_why(
    start: Start, provider: Provider, path: str, wish: dict[str, Any], reason: str
) -> None:
    async with start() as client:
        assert (await embed(client))["source"] == "provider"
        assert (await put(client, path, **wish)).status_code == 200
        asked = len(provider.requests)
        answer = await embed(client)
        found = (await client.get("/api/documents", params={"near": "a text"})).json()
        assert len(provider.requests) == asked
        summary = (await client.get("/api/observability/summary")).json()
    assert (answer["source"], answer["reason"], answer["attempts"]) == ("fallback", reason, 0)
    assert (found["source"], found["reason"]) == ("fallback", reason)
    assert summary["fallbacks"][reason] == 2


async def test_what_is_taken_back_is_over_and_safe_mode_outweighs_a_flag(start: Start) -> None:
    async with start() as client:
        await put(client, "flags/provider_embeddings", value=True)
        await put(client, "safe-mode", on=True)
        assert (await embed(client))["reason"] == "safe_mode"
        await put(client, "safe-mode", on=False)
        assert (await embed(client))["source"] == "provider"


async def test_a_percentage_gives_the_provider_to_that_share_and_to_the_same_callers_each_time(start: Start) -> None:
    async with start() as client:
        await put(client, "flags/provider_embeddings", percentage=50)
        first = [(await embed(client, str(caller)))["source"] for caller in range(60)]
        again = [(await embed(client, str(caller)))["source"] for caller in range(60)]
        shown = await flag(client)
    assert first == again
    assert 15 < first.count("provider") < 45
    assert (shown["value"], shown["reason"], shown["percentage"]) == (None, "SPLIT", 50)


async def test_the_environment_counts_until_an_operator_says_otherwise(start: Start) -> None:
    async with start(FLAG_PROVIDER_EMBEDDINGS="false") as client:
        assert (await embed(client))["reason"] == "flag_off"
        assert ((await flag(client))["value"], (await flag(client))["reason"]) == (False, "STATIC")
        await put(client, "flags/provider_embeddings", value=True)
        assert (await embed(client))["source"] == "provider"
        assert (await flag(client))["reason"] == "TARGETING_MATCH"
        await put(client, "flags/provider_embeddings")
        assert (await flag(client))["reason"] == "STATIC"


async def test_a_flag_is_shown_with_what_there_is_to_know_of_it(start: Start) -> None:
    async with start() as client:
        before = await flag(client)
        await put(client, "brownout", on=True)
        after = await flag(client)
    assert before == {
        "name": "provider_embeddings",
        "default": True,
        "description": "Callers' texts are embedded by the provider.",
        "owner": "search",
        "variable": "FLAG_PROVIDER_EMBEDDINGS",
        "brownout_capable": True,
        "fallback": "an embedding made here, by hashing",
        "value": True,
        "variant": "on",
        "reason": "DEFAULT",
        "percentage": None,
        "entry": None,
    }
    assert (after["value"], after["variant"], after["reason"]) == (False, "fallback", "brownout")


async def test_a_write_drain_refuses_writes_and_serves_reads(start: Start) -> None:
    async with start() as client:
        created = (await create(client)).json()["id"]
        await put(client, "write-drain", on=True)
        refused = [await create(client), await publish(client)]
        read = await client.get(f"/api/documents/{created}")
        embedded = await embed(client)
        await put(client, "write-drain", on=False)
        assert (await create(client)).status_code == 201
        assert (await publish(client)).status_code == 202
    assert [(each.status_code, each.json()["type"], each.headers["retry-after"]) for each in refused] == [
        (503, "write_drain", "5")
    ] * 2
    assert (read.status_code, embedded["source"]) == (200, "provider")


@pytest.mark.parametrize(("path", "kind"), [("safe-mode", "safe_mode"), ("agents/indexer/quarantine", "quarantined")])
async def test_deliveries_to_the_indexer_are_held(start: Start, provider: Provider, path: str, kind: str) -> None:
    async with start() as client:
        document = (await create(client)).json()["id"]
        await put(client, path, on=True)
        asked = len(provider.requests)
        refused = await deliver(client, document)
        assert len(provider.requests) == asked
        await put(client, path, on=False)
        assert (await deliver(client, document)).status_code == 200
    assert (refused.status_code, refused.json()["type"], refused.headers["retry-after"]) == (503, kind, "5")


async def test_in_safe_mode_the_health_gate_does_not_ask_the_provider_either(start: Start) -> None:
    more = {"HEALTH_GATE_INTERVAL_SECONDS": "0.01"}
    async with start(**more) as client:
        await put(client, "safe-mode", on=True)
        for _ in range(5000):
            gates = (await client.get("/health/ready")).json()
            (embeddings,) = (gate for gate in gates["health_gates"] if gate["name"] == "embeddings")
            if embeddings["last_error"]:
                break
    assert embeddings["last_error"] == "safe mode is on: nothing outside is called"
    assert not embeddings["critical"]  # so the instance takes requests all the same


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


async def test_the_journal_tells_what_was_changed_by_whom_and_why(start: Start) -> None:
    async with start() as client:
        await put(client, "safe-mode", on=True)
        await put(client, "agents/indexer/quarantine", on=True)
        await put(client, "agents/indexer/quarantine", who="bob", on=False)
        await put(client, "flags/provider_embeddings", percentage=25)
        (mode,) = await events(client, "mode_changed")
        (held,) = await events(client, "agent_quarantined")
        (released,) = await events(client, "agent_released")
        (changed,) = await events(client, "flag_changed")
    assert (mode["subject"], mode["reason"], mode["detail"]["on"], mode["detail"]["by"]) == (
        "safe_mode",
        WHY,
        True,
        "ann",
    )
    assert (held["subject"], released["subject"], released["detail"]["by"]) == ("indexer", "indexer", "bob")
    assert (changed["subject"], changed["detail"]["percentage"]) == ("provider_embeddings", 25)


async def test_what_is_in_force_is_told_anew_after_a_restart_and_what_has_ended_is_not(start: Start) -> None:
    async with start() as client:
        await put(client, "safe-mode", on=True)
        await put(client, "brownout", on=True)
        await put(client, "brownout", on=False)
    async with start() as client:
        assert (await embed(client))["reason"] == "safe_mode"
        assert [event["subject"] for event in await events(client, "mode_changed")] == ["safe_mode"]


async def test_the_journal_tells_that_a_mode_has_ended_by_its_time(start: Start) -> None:
    async with start() as client:
        await put(client, "brownout", on=True, ttl=0.2)
        for _ in range(LOOKS):
            await client.get("/api/observability/modes")  # which has the copy read, once it is old enough
            if len(told := await events(client, "mode_changed")) > 1:
                break
            await asyncio.sleep(0.05)
    assert [(event["detail"]["on"], event["reason"]) for event in told] == [(True, WHY), (False, "its time is over")]
    assert told[1]["detail"]["since"] == told[0]["detail"]["until"]


async def test_a_rollout_neither_suffers_nor_gains_from_what_a_mode_kept_from_its_variants(
    start: Start, provider: Provider
) -> None:
    rollout = {"EMBEDDING_CANARY_MODEL": "text-embedding-3-large", "ROLLOUT_STEPS": "0.5,1"}
    async with start(**rollout) as client:
        await client.post("/api/ops/rollouts/embeddings/start", json={"reason": WHY}, headers=OPERATOR)
        await put(client, "brownout", on=True)
        for caller in range(20):
            await embed(client, str(caller))
        (shown,) = (await client.get("/api/observability/rollouts")).json()["rollouts"]
    assert (shown["status"], shown["requests"]) == ("running", 0)
    assert [body["model"] for body in provider.bodies] == []


async def test_without_the_reliability_system_none_of_this_is_there(start: Start) -> None:
    async with start(USE_RELIABILITY_SYSTEM="false", FLAG_PROVIDER_EMBEDDINGS="false") as client:
        assert (await put(client, "safe-mode", on=True)).status_code == 404
        assert (await client.get("/api/observability/modes")).status_code == 404
        assert (await client.get("/api/observability/flags")).status_code == 404
        assert (await client.get("/health")).json()["control_copy"] is None
        assert (await embed(client))["source"] == "provider"
