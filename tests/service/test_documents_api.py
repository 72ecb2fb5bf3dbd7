import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from httpx2 import AsyncClient

from tests.service.conftest import OPERATOR, Start
from tests.service.provider import Provider, embedding_of, error, packed


async def store(client: AsyncClient, title: str, text: str) -> str:
    created = await client.post("/api/documents", json={"title": title, "text": text})
    assert created.status_code == 201
    document_id: str = created.json()["id"]
    assert created.headers["location"] == f"/api/documents/{document_id}"
    return document_id


async def index(client: AsyncClient, document_id: str) -> int:
    delivered = await client.post(
        "/internal/agents/indexer/deliver",
        json={"id": "e", "topic": "document.created", "document_id": document_id, "receives": 1},
        headers={"Authorization": "Bearer internal-token"},
    )
    return delivered.status_code


async def test_a_stored_document_can_be_read(client: AsyncClient) -> None:
    document_id = await store(client, "Ballast", "what keeps a ship upright")
    answered = await client.get(f"/api/documents/{document_id}")
    assert answered.json() == {"id": document_id, "title": "Ballast", "text": "what keeps a ship upright"}


async def test_a_document_that_is_not_there_is_not_found(client: AsyncClient) -> None:
    answered = await client.get("/api/documents/nothing")
    assert (answered.status_code, answered.json()["type"]) == (404, "not_found")


async def test_indexed_documents_are_found_by_the_providers_embedding(client: AsyncClient, provider: Provider) -> None:
    near, far = await store(client, "near", "text"), await store(client, "far", "text")
    for document_id, values in ((near, (1, 1, 0, 0, 0, 0, 0, 0)), (far, (0, 1, 0, 0, 0, 0, 0, 0))):
        provider.script.append(embedding_of(packed(*values)))
        assert await index(client, document_id) == 200
    found = (await client.get("/api/documents", params={"near": "anything", "limit": 1})).json()
    assert (found["source"], found["reason"], found["attempts"]) == ("provider", None, 1)
    assert [(match["id"], match["title"]) for match in found["documents"]] == [(near, "near")]


async def test_without_the_provider_documents_are_found_by_local_embeddings(start: Start, provider: Provider) -> None:
    async with start(RETRY_MAX_RETRIES="0") as client:
        await store(client, "stones", "heavy stones in the hold of a ship")
        await store(client, "bread", "flour water salt and yeast")
        provider.always = error(500)
        found = (await client.get("/api/documents", params={"near": "stones in a ship"})).json()
    assert (found["source"], found["reason"]) == ("fallback", "provider_failed")
    assert [match["title"] for match in found["documents"]] == ["stones", "bread"]


async def test_a_document_is_not_indexed_by_the_fallback(start: Start, provider: Provider) -> None:
    async with start(RETRY_MAX_RETRIES="0") as client:
        document_id = await store(client, "title", "text")
        provider.always = error(500)
        assert await index(client, document_id) == 502
        provider.always = None
        assert (await client.get("/api/documents", params={"near": "text"})).json()["documents"] == []


async def test_an_event_that_comes_twice_leaves_what_it_leaves_once(
    client: AsyncClient, provider: Provider, tmp_path: Path
) -> None:
    def embeddings() -> list[tuple[bytes, bytes]]:
        with closing(sqlite3.connect(tmp_path / "ballast.sqlite3")) as connection:
            return connection.execute("SELECT local, provider FROM document_embeddings").fetchall()

    document_id = await store(client, "title", "text")
    assert await index(client, document_id) == 200
    once = embeddings()
    assert await index(client, document_id) == 200
    assert len(provider.requests) == 2
    assert embeddings() == once
    assert len((await client.get("/api/documents", params={"near": "text"})).json()["documents"]) == 1


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"topic": "document.deleted"}, "topic is 'document.deleted'; expected one of: document.created"),
        ({"document_id": "d" * 65}, "$.document_id"),
        ({"document_id": ""}, "$.document_id"),
        ({"receives": "once"}, "$.receives"),
    ],
)
async def test_a_delivery_that_no_agent_can_take_is_refused_for_good(
    client: AsyncClient, wrong: dict[str, str], told: str
) -> None:
    delivery = {"id": "e", "topic": "document.created", "document_id": "d", "receives": 1, **wrong}
    refused = await client.post(
        "/internal/agents/indexer/deliver", json=delivery, headers={"Authorization": "Bearer internal-token"}
    )
    assert refused.status_code == 422
    assert told in refused.json()["detail"]


async def test_an_event_about_an_unknown_document_is_not_accepted_by_the_agent(client: AsyncClient) -> None:
    assert await index(client, "nothing") == 404


async def test_only_the_pump_may_deliver(client: AsyncClient) -> None:
    for headers in ({}, OPERATOR, {"Authorization": "internal-token"}):
        refused = await client.post("/internal/agents/indexer/deliver", json={}, headers=headers)
        assert (refused.status_code, refused.json()["type"]) == (401, "unauthorized")
        assert refused.headers["www-authenticate"] == "Bearer"


async def test_a_database_that_fails_is_told_of_without_a_trace(start: Start) -> None:
    async with start(RETRY_MAX_RETRIES="1") as client:
        await client.put("/api/ops/faults/document_database", json={"mode": "error", "seconds": 60}, headers=OPERATOR)
        failed = await client.get("/api/documents/d1", headers={"X-Request-Id": "r1"})
    assert failed.status_code == 502
    assert failed.headers["content-type"] == "application/problem+json"
    assert failed.json() == {
        "type": "dependency_failed",
        "title": "A dependency failed",
        "status": 502,
        "detail": "document_database: injected fault: status 500",
        "request_id": "r1",
        "attempts": 2,
    }


async def test_what_the_database_says_of_itself_is_for_the_log_alone(
    start: Start, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with start(RETRY_MAX_RETRIES="0") as client:
        with closing(sqlite3.connect(tmp_path / "ballast.sqlite3")) as connection:
            connection.execute("ALTER TABLE documents RENAME TO elsewhere")
            connection.execute("ALTER TABLE messages RENAME TO elsewhere_too")
        failed = await client.get("/api/documents/d1")
        unpublished = await client.post("/api/events", json={"topic": "document.created", "document_id": "d"})
    assert (failed.status_code, failed.json()["detail"]) == (502, "document_database: its file could not do this now")
    assert (unpublished.status_code, unpublished.json()["detail"]) == (
        502,
        "event_queue: its file could not do this now",
    )
    reasons = [vars(record)["fields"]["reason"] for record in caplog.records if record.msg == "dependency_failed"]
    assert reasons == ["document_database: no such table: documents", "event_queue: no such table: messages"]


async def test_a_database_that_hangs_is_given_up_at_the_deadline(start: Start) -> None:
    async with start(DATABASE_ATTEMPT_TIMEOUT_SECONDS="0.02", DATABASE_DEADLINE_SECONDS="0.02") as client:
        await client.put("/api/ops/faults/document_database", json={"mode": "hang", "seconds": 60}, headers=OPERATOR)
        failed = await client.get("/api/documents/d1")
    assert (failed.status_code, failed.json()["type"]) == (504, "deadline_exceeded")


async def test_a_database_whose_circuit_is_open_says_when_to_come_again(start: Start) -> None:
    async with start(BREAKER_CONSECUTIVE_FAILURES="1", BREAKER_OPEN_SECONDS="7.5") as client:
        await client.put("/api/ops/faults/document_database", json={"mode": "error", "seconds": 60}, headers=OPERATOR)
        await client.get("/api/documents/d1")
        shed = await client.get("/api/documents/d1")
    assert (shed.status_code, shed.json()["type"], shed.headers["retry-after"]) == (503, "circuit_open", "8")
    assert 7 < shed.json()["retry_after"] <= 7.5
    assert shed.json()["attempts"] == 0


async def test_the_queue_fails_apart_from_the_database(start: Start) -> None:
    async with start(RETRY_MAX_RETRIES="0") as client:
        await client.put("/api/ops/faults/event_queue", json={"mode": "error", "seconds": 60}, headers=OPERATOR)
        published = await client.post("/api/events", json={"topic": "document.created", "document_id": "d"})
        await store(client, "title", "text")
    assert (published.status_code, published.json()["type"]) == (502, "dependency_failed")
