import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from httpx2 import AsyncClient, Response

from tests.service.conftest import OPERATOR
from tests.service.provider import Provider

JSON = {"Content-Type": "application/json"}


def stored(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "ballast.sqlite3")) as connection:
        count: int = connection.execute(
            "SELECT (SELECT count(*) FROM documents) + (SELECT count(*) FROM messages)"
        ).fetchone()[0]
        return count


def told(answered: Response) -> tuple[int, str]:
    assert answered.headers["content-type"] == "application/problem+json"
    problem = answered.json()
    assert problem["status"] == answered.status_code
    assert problem["request_id"] == answered.headers["x-request-id"]
    assert "Traceback" not in answered.text
    return answered.status_code, problem["type"]


PLACES = ["/api/embeddings", "/api/documents", "/api/events"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "body",
    [b"", b"{", b'{"text": "a"} more', b"\xff\xfe", b'{"text": "\xff"}', b'{"text": "\\ud800"}', b"[" * 60_000,
     b'{"text": "a", "x": ' + b"[" * 30_000 + b"]" * 30_000 + b"}"],
    ids=["empty", "cut off", "more after it", "no UTF-8", "no UTF-8 inside", "half a surrogate", "deep", "deep inside"],
)  # fmt: skip
async def test_a_body_that_is_not_json_is_not_well_formed(
    client: AsyncClient, provider: Provider, tmp_path: Path, place: str, body: bytes
) -> None:
    assert told(await client.post(place, content=body, headers=JSON)) == (400, "invalid_request")
    assert stored(tmp_path) == 0
    assert provider.requests == []


@pytest.mark.parametrize(
    ("place", "body", "where"),
    [
        ("/api/embeddings", [], "Expected `object`, got `array`"),
        ("/api/embeddings", None, "Expected `object`, got `null`"),
        ("/api/embeddings", {}, "missing required field `text`"),
        ("/api/embeddings", {"text": 1}, "$.text"),
        ("/api/embeddings", {"text": ""}, "$.text"),
        ("/api/documents", {"text": "a"}, "missing required field `title`"),
        ("/api/documents", {"title": "", "text": "a"}, "$.title"),
        ("/api/documents", {"title": "a" * 201, "text": "a"}, "$.title"),
        ("/api/documents", {"title": "a", "text": None}, "$.text"),
        ("/api/events", {"topic": "document.deleted", "document_id": "d"}, "$.topic"),
        ("/api/events", {"topic": "document.created", "document_id": ""}, "$.document_id"),
        ("/api/events", {"topic": "document.created", "document_id": "d" * 65}, "$.document_id"),
    ],
)
async def test_a_body_of_another_shape_is_refused_and_the_place_is_named(
    client: AsyncClient, tmp_path: Path, place: str, body: object, where: str
) -> None:
    refused = await client.post(place, content=json.dumps(body).encode(), headers=JSON)
    assert told(refused) == (422, "invalid_request")
    assert where in refused.json()["detail"]
    assert stored(tmp_path) == 0


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""])
async def test_a_body_of_another_media_type_is_refused(
    client: AsyncClient, tmp_path: Path, place: str, media_type: str
) -> None:
    refused = await client.post(place, content=b"{}", headers={"Content-Type": media_type})
    assert told(refused) == (415, "unsupported_media_type")
    assert stored(tmp_path) == 0


async def test_a_media_type_may_name_its_charset(client: AsyncClient) -> None:
    headers = {"Content-Type": "application/JSON; charset=utf-8"}
    assert (await client.post("/api/embeddings", content=b'{"text": "a"}', headers=headers)).status_code == 200


@pytest.mark.parametrize("place", PLACES)
async def test_a_body_beyond_64_kib_is_refused(
    client: AsyncClient, provider: Provider, tmp_path: Path, place: str
) -> None:
    refused = await client.post(place, json={"title": "t", "text": "a" * 65_536})
    assert told(refused) == (413, "body_too_large")
    assert stored(tmp_path) == 0
    assert provider.requests == []


async def test_a_body_of_just_64_kib_is_taken(client: AsyncClient) -> None:
    body = b'{"title":"t","text":"%s"}' % (b"a" * (65_536 - 23))
    assert len(body) == 65_536
    assert (await client.post("/api/documents", content=body, headers=JSON)).status_code == 201


@pytest.mark.parametrize(
    "query", ["", "?near=", "?near=a&limit=0", "?near=a&limit=101", "?near=a&limit=ten", f"?near={'a' * 2001}"]
)
async def test_a_search_that_cannot_be_is_refused(client: AsyncClient, query: str) -> None:
    assert told(await client.get(f"/api/documents{query}")) == (422, "invalid_request")


@pytest.mark.parametrize("path", ["/api/observability/events", "/api/ops/faults/attempts"])
@pytest.mark.parametrize("after", [2**31, 2**63 - 1, 2**64])
async def test_a_page_far_beyond_the_last_is_empty(client: AsyncClient, path: str, after: int) -> None:
    page = await client.get(path, params={"after": after}, headers=OPERATOR)
    assert (page.status_code, page.json()["next"], page.json()["dropped"]) == (200, after, 0)


@pytest.mark.parametrize("query", ["after=1e99", f"after={'9' * 5000}"])
async def test_a_page_that_no_number_names_is_refused(client: AsyncClient, query: str) -> None:
    assert told(await client.get(f"/api/observability/events?{query}")) == (422, "invalid_request")


@pytest.mark.parametrize("key", ["", "two words", "k" * 129, "käse"])
async def test_an_idempotency_key_of_another_form_is_refused(client: AsyncClient, tmp_path: Path, key: str) -> None:
    event = {"topic": "document.created", "document_id": "d"}
    refused = await client.post("/api/events", json=event, headers={b"Idempotency-Key": key.encode("latin-1")})
    assert told(refused) == (422, "invalid_request")
    assert stored(tmp_path) == 0


@pytest.mark.parametrize(
    "path", ["/", "/api", "/api/embeddings/", "/api/documents/a/b", "/health/unready", "/../etc/passwd"]
)
async def test_what_is_not_there_is_not_found(client: AsyncClient, path: str) -> None:
    assert told(await client.get(path)) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/api/embeddings", "POST"),
        ("DELETE", "/api/documents", "GET, HEAD, POST"),
        ("PUT", "/api/documents/d", "GET, HEAD"),
        ("POST", "/health/live", "GET, HEAD"),
    ],
)
async def test_a_method_that_is_not_allowed_is_told_which_are(
    client: AsyncClient, method: str, path: str, allowed: str
) -> None:
    refused = await client.request(method, path)
    assert told(refused) == (405, "method_not_allowed")
    assert refused.headers["allow"] == allowed


async def test_a_mistake_of_ours_is_answered_without_its_trace(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr("service.workload.embeddings.EmbeddingAnswer", broken)
    answered = await client.post("/api/embeddings", json={"text": "a"}, headers={"X-Request-Id": "r1"})
    assert told(answered) == (500, "internal_error")
    assert answered.headers["x-instance-id"] == "instance-1"
    assert "secret" not in answered.text


async def test_an_idempotency_key_of_another_event_is_refused(client: AsyncClient) -> None:
    async def publish(document_id: str) -> Response:
        event = {"topic": "document.created", "document_id": document_id}
        return await client.post("/api/events", json=event, headers={"Idempotency-Key": "k"})

    first = await publish("d1")
    assert told(await publish("d2")) == (422, "idempotency_key_reused")
    assert (await publish("d1")).json() == first.json()


async def test_what_a_place_of_its_own_allows_is_told_apart_from_a_name_there(client: AsyncClient) -> None:
    place, name = "/api/ops/faults/attempts", "/api/ops/faults/event_queue"
    allowed = [(await client.post(path, headers=OPERATOR)).headers["allow"] for path in (place, name)]
    assert allowed == ["GET, HEAD", "DELETE, PUT"]
