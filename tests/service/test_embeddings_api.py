import threading

import pytest
from httpx2 import AsyncClient, Response

from service.dependencies.local_embedding import local_embedding
from service.store.documents import Vector
from tests.service.conftest import Start
from tests.service.provider import DIMENSIONS, Answer, Provider, answer, embedding_of, error, packed, raw


async def embed(client: AsyncClient, text: str = "ballast keeps a ship upright", **headers: str) -> Response:
    return await client.post("/api/embeddings", json={"text": text}, headers=headers)


async def test_an_embedding_comes_from_the_provider(client: AsyncClient, provider: Provider) -> None:
    answered = await embed(client)
    assert answered.status_code == 200
    assert answered.json() == {
        "model": "text-embedding-3-small",
        "variant": "stable",
        "source": "provider",
        "reason": None,
        "attempts": 1,
        "dimensions": DIMENSIONS,
        "embedding": [1.0, *[0.0] * (DIMENSIONS - 1)],
    }
    assert provider.bodies[0]["input"] == "ballast keeps a ship upright"
    assert provider.bodies[0]["dimensions"] == DIMENSIONS


async def test_how_an_embedding_came_about_stands_before_it(client: AsyncClient) -> None:
    assert list((await embed(client)).json())[-1] == "embedding"


async def test_each_attempt_tells_the_provider_whose_it_is(client: AsyncClient, provider: Provider) -> None:
    provider.script.append(error(500))
    await embed(client, **{"X-Request-Id": "request-7"})
    seen = [
        tuple(request.headers[name] for name in ("x-request-id", "x-attempt", "x-instance-id", "x-permit"))
        for request in provider.requests
    ]
    assert seen == [("request-7", "1", "instance-1", "1-closed"), ("request-7", "2", "instance-1", "1-closed")]
    assert provider.requests[0].headers["authorization"] == "Bearer provider-key"


async def test_a_failed_attempt_is_tried_again_and_both_are_told_of(client: AsyncClient, provider: Provider) -> None:
    provider.script.append(error(503))
    answered = (await embed(client)).json()
    assert (answered["source"], answered["attempts"]) == ("provider", 2)


async def test_when_every_attempt_fails_the_fallback_answers_and_says_why(start: Start, provider: Provider) -> None:
    provider.always = error(500)
    async with start(RETRY_MAX_RETRIES="1") as client:
        answered = (await embed(client)).json()
    assert (answered["source"], answered["reason"], answered["attempts"]) == ("fallback", "provider_failed", 2)
    assert answered["dimensions"] == DIMENSIONS
    assert sum(value**2 for value in answered["embedding"]) == pytest.approx(1)


@pytest.mark.parametrize(("length", "on_the_loop"), [(4096, True), (4097, False)])
async def test_a_long_text_is_embedded_here_without_holding_up_the_loop(
    start: Start, provider: Provider, monkeypatch: pytest.MonkeyPatch, length: int, *, on_the_loop: bool
) -> None:
    threads = []

    def noted(text: str, dimensions: int) -> Vector:
        threads.append(threading.current_thread())
        return local_embedding(text, dimensions)

    monkeypatch.setattr("service.dependencies.embeddings.local_embedding", noted)
    provider.always = error(500)
    async with start(RETRY_MAX_RETRIES="0") as client:
        answered = (await embed(client, "ab " * (length // 3) + "a" * (length % 3))).json()
    assert answered["source"] == "fallback"
    assert [thread is threading.current_thread() for thread in threads] == [on_the_loop]


async def test_an_open_circuit_leaves_the_provider_alone(start: Start, provider: Provider) -> None:
    provider.always = error(500)
    async with start(BREAKER_CONSECUTIVE_FAILURES="2", RETRY_MAX_RETRIES="0") as client:
        for _ in range(5):
            answered = (await embed(client)).json()
    assert (answered["reason"], answered["attempts"]) == ("circuit_open", 0)
    assert len(provider.requests) == 2


@pytest.mark.parametrize(
    "malformed",
    [
        raw(b""),
        raw(b"{"),
        raw(b"null"),
        raw(b"\xff\xfe"),
        raw(b"<html>gateway</html>", "text/html"),
        raw(b"[" * 50_000),
        answer(200, {"object": "list", "data": []}),
        answer(200, {"object": "list", "data": [{"embedding": [0.5] * DIMENSIONS}]}),
        embedding_of("not base64!"),
        embedding_of(packed(1, 2, 3)),
        embedding_of(packed(*[float("nan")] * DIMENSIONS)),
    ],
)
async def test_an_answer_that_is_no_embedding_counts_as_a_failure(
    start: Start, provider: Provider, malformed: Answer
) -> None:
    provider.always = malformed
    async with start(BREAKER_CONSECUTIVE_FAILURES="1", RETRY_MAX_RETRIES="0") as client:
        first, second = (await embed(client)).json(), (await embed(client)).json()
    assert (first["source"], first["reason"]) == ("fallback", "provider_failed")
    assert second["reason"] == "circuit_open"


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_what_the_provider_refuses_is_the_callers_mistake_and_opens_nothing(
    start: Start, provider: Provider, status: int
) -> None:
    provider.always = error(status)
    async with start(BREAKER_CONSECUTIVE_FAILURES="1") as client:
        refused = [await embed(client) for _ in range(3)]
        breakers = (await client.get("/api/observability/circuit-breakers")).json()["circuit_breakers"]
    assert [(each.status_code, each.json()["type"]) for each in refused] == [(422, "provider_refused")] * 3
    assert len(provider.requests) == 3
    assert breakers[0]["state"] == "closed"


@pytest.mark.parametrize(
    ("status", "to_check"),
    [
        (401, "OPENAI_API_KEY"),
        (403, "what OPENAI_API_KEY may be used for"),
        (404, "OPENAI_BASE_URL and EMBEDDING_MODEL"),
    ],
)
async def test_a_mistake_in_our_settings_is_no_callers_and_the_log_says_what_to_check(
    start: Start, provider: Provider, caplog: pytest.LogCaptureFixture, status: int, to_check: str
) -> None:
    provider.always = error(status)
    async with start(BREAKER_CONSECUTIVE_FAILURES="2") as client:
        answered = [(await embed(client)).json() for _ in range(3)]
    assert [(each["source"], each["reason"], each["attempts"]) for each in answered] == [
        ("fallback", "provider_failed", 1),
        ("fallback", "provider_failed", 1),
        ("fallback", "circuit_open", 0),
    ]
    warnings = [vars(record)["fields"] for record in caplog.records if record.name == "ballast.embeddings"]
    assert warnings == [{"status": status, "reason": f"the provider answered {status}; check {to_check}"}] * 2
    assert "provider-key" not in caplog.text


@pytest.mark.parametrize("status", [402, 409, 418])
async def test_any_other_status_is_the_providers_failure(start: Start, provider: Provider, status: int) -> None:
    provider.always = error(status)
    async with start(RETRY_MAX_RETRIES="1") as client:
        answered = (await embed(client)).json()
    assert (answered["reason"], answered["attempts"]) == ("provider_failed", 2)


@pytest.mark.parametrize("status", [408, 429])
async def test_a_4xx_that_speaks_of_the_provider_counts_as_a_failure(
    start: Start, provider: Provider, status: int
) -> None:
    provider.always = error(status)
    async with start(BREAKER_CONSECUTIVE_FAILURES="1") as client:
        answered = (await embed(client)).json()
    assert (answered["reason"], answered["attempts"]) == ("circuit_open", 1)


@pytest.mark.parametrize("seconds", ["60", "5.5"])
async def test_no_retry_starts_before_the_provider_wants_one(start: Start, provider: Provider, seconds: str) -> None:
    provider.script.append(error(429, {"Retry-After": seconds}))
    async with start() as client:
        answered = (await embed(client)).json()
    assert (answered["source"], answered["attempts"]) == ("fallback", 1)


@pytest.mark.parametrize("wish", ["soon", "-1", "nan", "Wed, 21 Oct 2026 07:28:00 GMT", "1e9"])
async def test_a_wish_that_is_no_number_of_seconds_is_passed_over(
    client: AsyncClient, provider: Provider, wish: str
) -> None:
    provider.script.append(error(429, {"Retry-After": wish}))
    assert (await embed(client)).json()["attempts"] == 2


async def test_without_the_reliability_system_a_failure_is_the_callers(start: Start, provider: Provider) -> None:
    provider.always = error(500)
    async with start(USE_RELIABILITY_SYSTEM="false") as client:
        failed = [await embed(client) for _ in range(8)]
    assert {(each.status_code, each.json()["type"]) for each in failed} == {(502, "dependency_failed")}
    assert len(provider.requests) == 8
    assert "x-permit" not in provider.requests[0].headers


async def test_without_the_reliability_system_the_same_handler_answers(start: Start) -> None:
    async with start(USE_RELIABILITY_SYSTEM="false") as client:
        answered = (await embed(client)).json()
    assert (answered["source"], answered["attempts"]) == ("provider", 1)
