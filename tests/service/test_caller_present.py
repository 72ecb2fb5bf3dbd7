import asyncio
import json
from typing import Any

import pytest
from httpx2 import ASGITransport, AsyncClient
from starlette.types import Message, Scope

from tests.service.conftest import Start
from tests.service.provider import Provider, hang

BODY = b'{"text": "a"}'


def scope(**changes: Any) -> Scope:
    return {
        "type": "http", "http_version": "1.1", "method": "POST", "scheme": "http", "path": "/api/embeddings",
        "raw_path": b"/api/embeddings", "query_string": b"", "root_path": "", "server": ("service", 80),
        "client": ("caller", 1), "headers": [(b"content-type", b"application/json"), (b"x-request-id", b"r1")],
        **changes,
    }  # fmt: skip


class Caller:
    """Sends its body, waits, and goes away when told to."""

    def __init__(self, client: AsyncClient) -> None:
        transport = client._transport
        assert isinstance(transport, ASGITransport)
        self._app = transport.app
        self._leave = asyncio.Event()
        self._sent = False
        self.answers: list[Message] = []
        self.request: asyncio.Task[None] | None = None

    def ask(self) -> None:
        self.request = asyncio.create_task(self._ask())

    async def _ask(self) -> None:
        await self._app(scope(), self._receive, self._send)

    async def go_away(self) -> None:
        assert self.request is not None
        self._leave.set()
        await asyncio.wait_for(self.request, 5)

    async def _receive(self) -> Message:
        if self._sent:
            await self._leave.wait()
            return {"type": "http.disconnect"}
        self._sent = True
        return {"type": "http.request", "body": BODY, "more_body": False}

    async def _send(self, message: Message) -> None:
        self.answers.append(message)


async def until_asked(provider: Provider, count: int = 1) -> None:
    for _ in range(1000):
        if len(provider.requests) >= count:
            return
        await asyncio.sleep(0)
    raise AssertionError("the provider was not asked")


async def test_a_caller_that_goes_away_cancels_its_attempt_and_counts_as_nothing(
    start: Start, provider: Provider
) -> None:
    provider.always = hang
    async with start(BREAKER_CONSECUTIVE_FAILURES="1", BREAKER_MINIMUM_CALLS="1") as client:
        for number in range(1, 4):
            caller = Caller(client)
            caller.ask()
            await until_asked(provider, number)
            await caller.go_away()
            assert caller.answers == []
        breakers = (await client.get("/api/observability/circuit-breakers")).json()["circuit_breakers"]
        golden = (await client.get("/api/observability/golden-signals")).json()
        attempts = (
            await client.get("/api/ops/faults/attempts", headers={"Authorization": "Bearer operator-token"})
        ).json()["attempts"]
    assert provider.cancelled == 3
    assert (breakers[0]["state"], breakers[0]["calls"]) == ("closed", 0)
    assert golden["routes"]["POST /api/embeddings"]["requests"] == 0
    assert golden["in_flight"] == 1  # the one that asks
    assert [(row["dependency"], row["result"], row["ended_at"]) for row in attempts] == [
        ("embeddings", "hang", None)
    ] * 3


async def test_a_caller_that_goes_away_while_it_sends_is_forgotten(start: Start, provider: Provider) -> None:
    messages: list[Message] = [
        {"type": "http.request", "body": b'{"te', "more_body": True},
        {"type": "http.disconnect"},
    ]
    answers: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        answers.append(message)

    async with start() as client:
        transport = client._transport
        assert isinstance(transport, ASGITransport)
        await transport.app(scope(), receive, send)
    assert answers == []
    assert provider.requests == []


async def test_a_body_that_comes_in_pieces_is_read_whole(start: Start, provider: Provider) -> None:
    messages: list[Message] = [
        {"type": "http.request", "body": BODY[:5], "more_body": True},
        {"type": "http.request", "body": BODY[5:], "more_body": False},
    ]
    answers: list[Message] = []

    async def receive() -> Message:
        if messages:
            return messages.pop(0)
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    async def send(message: Message) -> None:
        answers.append(message)

    async with start() as client:
        transport = client._transport
        assert isinstance(transport, ASGITransport)
        await transport.app(scope(), receive, send)
    assert answers[0]["status"] == 200
    assert provider.bodies[0]["input"] == "a"


async def test_a_request_that_the_server_gives_up_is_told_so(start: Start, provider: Provider) -> None:
    provider.always = hang
    async with start() as client:
        caller = Caller(client)
        caller.ask()
        await until_asked(provider)
        assert caller.request is not None
        caller.request.cancel()
        await asyncio.wait_for(caller.request, 5)
    assert caller.answers[0]["status"] == 503
    assert (b"retry-after", b"1") in caller.answers[0]["headers"]
    assert b"shutting_down" in caller.answers[1]["body"]


async def test_a_request_that_the_server_gives_up_while_its_body_arrives_is_told_so(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    answers: list[Message] = []
    arriving = asyncio.Event()

    async def receive() -> Message:
        if arriving.is_set():
            await asyncio.Event().wait()
        arriving.set()
        return {"type": "http.request", "body": b'{"te', "more_body": True}

    async def send(message: Message) -> None:
        answers.append(message)

    async with start() as client:
        transport = client._transport
        assert isinstance(transport, ASGITransport)
        app = transport.app

        async def ask() -> None:
            await app(scope(), receive, send)

        request = asyncio.create_task(ask())
        await asyncio.wait_for(arriving.wait(), 5)
        await asyncio.sleep(0)
        request.cancel()
        await asyncio.wait_for(request, 5)
    assert answers[0]["status"] == 503
    assert {
        (b"content-type", b"application/problem+json"),
        (b"retry-after", b"1"),
        (b"x-request-id", b"r1"),
    } <= set(answers[0]["headers"])
    assert json.loads(answers[1]["body"])["type"] == "shutting_down"
    (record,) = [record for record in caplog.records if record.message == "shutting_down"]
    assert record.__dict__["fields"]["request_id"] == "r1"
