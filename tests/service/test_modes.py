"""What safe mode, a brownout, a write drain and a quarantine do to callers."""

from typing import Any

import pytest
from httpx2 import AsyncClient, Response

from tests.service.conftest import OPERATOR, Start
from tests.service.levers import WHY, embed, put
from tests.service.provider import Provider

INTERNAL = {"Authorization": "Bearer internal-token"}


async def create(client: AsyncClient) -> Response:
    return await client.post("/api/documents", json={"title": "t", "text": "a text"})


async def publish(client: AsyncClient) -> Response:
    return await client.post("/api/events", json={"topic": "document.created", "document_id": "d1"})


async def deliver(client: AsyncClient, document: str) -> Response:
    delivery = {"id": "e1", "topic": "document.created", "document_id": document, "receives": 1}
    return await client.post("/internal/agents/indexer/deliver", json=delivery, headers=INTERNAL)


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
