import pytest
from httpx2 import AsyncClient

from tests.service.conftest import OPERATOR, Start
from tests.service.provider import Provider

FAULT = {"mode": "error", "seconds": 60}
BREAKER = "/api/ops/circuit-breakers/embeddings:stable"

CALLS = [
    ("GET", "/api/ops/faults"),
    ("GET", "/api/ops/faults/attempts"),
    ("PUT", "/api/ops/faults/event_queue"),
    ("DELETE", "/api/ops/faults/event_queue"),
    ("POST", f"{BREAKER}/isolate"),
    ("POST", f"{BREAKER}/reset"),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("given", [None, "Bearer wrong", "operator-token", "Bearer ", "Basic operator-token"])
async def test_the_operator_api_wants_its_token(client: AsyncClient, method: str, path: str, given: str | None) -> None:
    headers = {} if given is None else {"Authorization": given}
    refused = await client.request(method, path, json=FAULT, headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (401, "unauthorized")
    assert "operator-token" not in refused.text


@pytest.mark.parametrize("scheme", ["bearer", "BEARER"])
async def test_the_scheme_of_a_token_may_be_written_in_any_case(client: AsyncClient, scheme: str) -> None:
    shown = await client.get("/api/ops/faults", headers={"Authorization": f"{scheme} operator-token"})
    assert shown.status_code == 200


@pytest.mark.parametrize(("method", "path"), CALLS)
async def test_without_a_token_there_is_no_operator_api(
    start: Start, caplog: pytest.LogCaptureFixture, method: str, path: str
) -> None:
    async with start(OPERATOR_TOKEN="", FAULT_INJECTION="false") as client:
        assert (await client.request(method, path, json=FAULT, headers={"Authorization": "Bearer "})).status_code == 404
    assert "operator_api_off" in caplog.messages


async def test_an_isolated_breaker_rejects_until_it_is_reset(client: AsyncClient, provider: Provider) -> None:
    isolated = await client.post(f"{BREAKER}/isolate", json={"reason": "provider migrates"}, headers=OPERATOR)
    assert (isolated.status_code, isolated.json()["state"], isolated.json()["reason"]) == (
        200, "isolated", "provider migrates",
    )  # fmt: skip
    answered = (await client.post("/api/embeddings", json={"text": "a"})).json()
    assert (answered["reason"], answered["attempts"]) == ("circuit_open", 0)
    reset = await client.post(f"{BREAKER}/reset", json={"reason": "it is done"}, headers=OPERATOR)
    assert reset.json()["state"] == "closed"
    assert (await client.post("/api/embeddings", json={"text": "a"})).json()["source"] == "provider"
    assert len(provider.requests) == 1
    events = (await client.get("/api/observability/events", params={"after": 1})).json()["events"]
    assert [(event["type"], event["reason"]) for event in events[-2:]] == [
        ("breaker_isolated", "provider migrates"),
        ("breaker_reset", "it is done"),
    ]


async def test_a_rejection_by_an_isolated_breaker_cannot_say_when_to_come_again(client: AsyncClient) -> None:
    path = "/api/ops/circuit-breakers/document_database/isolate"
    await client.post(path, json={"reason": "maintenance"}, headers=OPERATOR)
    shed = await client.get("/api/documents/d1")
    assert (shed.status_code, shed.json()["type"]) == (503, "circuit_open")
    assert "retry-after" not in shed.headers
    assert "retry_after" not in shed.json()


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "x" * 501}])
async def test_a_breaker_is_not_held_without_a_reason(client: AsyncClient, body: dict[str, str]) -> None:
    refused = await client.post(f"{BREAKER}/isolate", json=body, headers=OPERATOR)
    assert refused.status_code == 422


async def test_an_unknown_breaker_is_answered_with_those_there_are(client: AsyncClient) -> None:
    answered = await client.post("/api/ops/circuit-breakers/nothing/isolate", json={"reason": "x"}, headers=OPERATOR)
    assert answered.status_code == 404
    assert "embeddings:stable, document_database, event_queue" in answered.json()["detail"]


async def test_a_fault_is_set_shown_and_cleared(client: AsyncClient) -> None:
    put = (await client.put("/api/ops/faults/event_queue", json=FAULT, headers=OPERATOR)).json()
    assert put["dependency"] == "event_queue"
    assert (put["fault"]["mode"], put["until"] - put["since"]) == ("error", 60)
    shown = (await client.get("/api/ops/faults", headers=OPERATOR)).json()
    assert shown["faults"] == [put]
    assert put["since"] <= shown["now"] < put["until"]
    cleared = (await client.delete("/api/ops/faults/event_queue", headers=OPERATOR)).json()
    assert (cleared["cleared"], cleared["at"] >= put["since"]) == (True, True)
    assert (await client.delete("/api/ops/faults/event_queue", headers=OPERATOR)).json()["cleared"] is False
    assert (await client.get("/api/ops/faults", headers=OPERATOR)).json()["faults"] == []
    events = (await client.get("/api/observability/events", params={"after": 1})).json()["events"]
    assert [(event["type"], event["subject"]) for event in events[-2:]] == [
        ("fault_set", "event_queue"),
        ("fault_cleared", "event_queue"),
    ]


@pytest.mark.parametrize("mode", ["reset", "malformed", "refuse"])
async def test_a_fault_that_cannot_be_played_here_is_refused(client: AsyncClient, mode: str) -> None:
    refused = await client.put("/api/ops/faults/event_queue", json={**FAULT, "mode": mode}, headers=OPERATOR)
    assert (refused.status_code, refused.json()["type"]) == (422, "invalid_request")


async def test_a_fault_too_short_to_be_met_is_refused(client: AsyncClient) -> None:
    refused = await client.put("/api/ops/faults/event_queue", json={**FAULT, "seconds": 1e-9}, headers=OPERATOR)
    assert (refused.status_code, refused.json()["type"]) == (422, "invalid_request")


async def test_no_fault_can_be_set_on_what_is_not_a_dependency(client: AsyncClient) -> None:
    refused = await client.put("/api/ops/faults/nothing", json=FAULT, headers=OPERATOR)
    assert refused.status_code == 404
    assert "embeddings, document_database, event_queue" in refused.json()["detail"]


async def test_no_fault_can_be_set_while_fault_injection_is_off(start: Start) -> None:
    async with start(FAULT_INJECTION="false") as client:
        refused = await client.put("/api/ops/faults/event_queue", json=FAULT, headers=OPERATOR)
        await client.get("/api/documents/d1")
        attempts = (await client.get("/api/ops/faults/attempts", headers=OPERATOR)).json()
    assert refused.status_code == 404
    assert "FAULT_INJECTION is false" in refused.json()["detail"]
    assert attempts["attempts"] == []


@pytest.mark.parametrize("reliability", ["true", "false"])
async def test_the_attempts_on_every_dependency_are_witnessed(start: Start, reliability: str) -> None:
    async with start(USE_RELIABILITY_SYSTEM=reliability) as client:
        await client.get("/api/documents/d1", headers={"X-Request-Id": "r1"})
        await client.post("/api/embeddings", json={"text": "a"}, headers={"X-Request-Id": "r2"})
        page = (await client.get("/api/ops/faults/attempts", params={"after": 0}, headers=OPERATOR)).json()
    permit = "1-closed" if reliability == "true" else ""
    seen = [
        (row["request_id"], row["attempt"], row["dependency"], row["permit"], row["result"]) for row in page["attempts"]
    ]
    assert seen == [("r1", 1, "document_database", permit, "ok"), ("r2", 1, "embeddings", permit, "ok")]
    assert page["next"] == 2
    assert set(page["attempts"][0]) == {
        "sequence", "request_id", "attempt", "instance", "permit", "dependency", "arrived_at", "ended_at", "result",
        "fault",
    }  # fmt: skip


@pytest.mark.parametrize("reliability", ["true", "false"])
async def test_a_caller_learns_when_the_dependency_wants_to_be_asked_again(start: Start, reliability: str) -> None:
    async with start(USE_RELIABILITY_SYSTEM=reliability) as client:
        fault = {**FAULT, "status": 429, "retry_after": 30}
        await client.put("/api/ops/faults/document_database", json=fault, headers=OPERATOR)
        failed = await client.get("/api/documents/d1")
    assert (failed.status_code, failed.json()["retry_after"], failed.headers["retry-after"]) == (502, 30, "30")


async def test_faults_are_played_without_the_reliability_system_too(start: Start) -> None:
    async with start(USE_RELIABILITY_SYSTEM="false") as client:
        await client.put("/api/ops/faults/document_database", json=FAULT, headers=OPERATOR)
        answered = [await client.get("/api/documents/d1") for _ in range(8)]
    assert [(each.status_code, each.json()["attempts"]) for each in answered] == [(502, 1)] * 8
