"""What is set on one instance holds on the others, and on those that start later."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from httpx2 import AsyncClient

from tests.service.conftest import OPERATOR, Start

PATIENCE = 60.0  # seconds
BREAKER = "/api/ops/circuit-breakers/document_database"
FAULT = "/api/ops/faults/document_database"
STEADY = {"RETRY_MAX_RETRIES": "0", "BREAKER_CONSECUTIVE_FAILURES": "1000", "BREAKER_MINIMUM_CALLS": "1000"}
"""A fault opens no breaker."""

ANN = {**OPERATOR, "X-Operator": "ann"}


@pytest.fixture
async def both(start: Start) -> AsyncIterator[tuple[AsyncClient, AsyncClient]]:
    async with start(INSTANCE_ID="one", **STEADY) as one, start(INSTANCE_ID="two", **STEADY) as two:
        yield one, two


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    give_up_at = time.monotonic() + PATIENCE
    while not await holds():
        assert time.monotonic() < give_up_at
        await asyncio.sleep(0.02)


async def breaker(client: AsyncClient) -> dict[str, Any]:
    shown = (await client.get("/api/observability/circuit-breakers")).json()["circuit_breakers"]
    found: dict[str, Any] = next(each for each in shown if each["name"] == "document_database")
    return found


async def faults(client: AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get("/api/ops/faults", headers=OPERATOR)).json()["faults"]
    return found


async def answers(client: AsyncClient, kind: str) -> bool:
    """Whether a request of the workload, which drives an instance, is answered so."""
    answer = (await client.get("/api/documents/d1")).json()
    return bool(answer["type"] == kind)


async def told(client: AsyncClient, *kinds: str) -> list[tuple[str, str]]:
    events = (await client.get("/api/observability/events", params={"limit": 10_000})).json()["events"]
    return [(event["type"], event["reason"]) for event in events if event["type"] in kinds]


async def test_a_breaker_is_isolated_and_reset_on_every_instance_and_it_is_told_by_whom(
    both: tuple[AsyncClient, AsyncClient],
) -> None:
    one, two = both
    change = (await one.post(f"{BREAKER}/isolate", json={"reason": "it is moved", "ttl": 600}, headers=ANN)).json()
    assert (change["key"], change["changed"], change["before"]) == ("breaker/document_database", True, None)
    assert (change["state"], change["isolated_by"], change["after"]["by"]) == ("isolated", "ann", "ann")
    assert change["isolated_until"] == pytest.approx(change["after"]["since"] + 600)
    await until(lambda: answers(two, "circuit_open"))
    shown = await breaker(two)
    assert (shown["state"], shown["reason"], shown["isolated_by"]) == ("isolated", "it is moved", "ann")
    assert shown["isolated_until"] == change["isolated_until"]
    await two.post(f"{BREAKER}/reset", json={"reason": "it is done"}, headers=OPERATOR)
    await until(lambda: answers(one, "not_found"))
    shown = await breaker(one)
    assert (shown["state"], shown["isolated_by"], shown["isolated_until"]) == ("closed", None, None)
    for client in both:
        assert await told(client, "breaker_isolated", "breaker_reset") == [
            ("breaker_isolated", "it is moved"), ("breaker_reset", "it is done"),
        ]  # fmt: skip


async def test_an_isolation_holds_on_an_instance_that_starts_later_and_a_reset_of_before_does_nothing_there(
    start: Start,
) -> None:
    async with start(INSTANCE_ID="one") as one:
        await one.post(f"{BREAKER}/isolate", json={"reason": "it is moved"}, headers=ANN)
        async with start(INSTANCE_ID="two") as two:
            assert (await breaker(two))["state"] == "isolated"
            assert await answers(two, "circuit_open")
        await one.post(f"{BREAKER}/reset", json={"reason": "it is done"}, headers=ANN)
        async with start(INSTANCE_ID="three") as three:
            assert (await breaker(three))["state"] == "closed"
            assert await told(three, "breaker_isolated", "breaker_reset") == []


async def test_an_isolation_ends_by_itself_on_every_instance(both: tuple[AsyncClient, AsyncClient]) -> None:
    await both[0].post(f"{BREAKER}/isolate", json={"reason": "for a moment", "ttl": 0.5}, headers=ANN)
    for client in both:
        await until(lambda client=client: answers(client, "not_found"))  # type: ignore[misc] # of this turn
    assert ("breaker_reset", "its isolation has ended") in await told(both[0], "breaker_reset")


async def test_who_isolated_a_breaker_is_not_for_everybody(client: AsyncClient) -> None:
    await client.post(f"{BREAKER}/isolate", json={"reason": "it is moved"}, headers=ANN)
    assert '"ann"' not in (await client.get("/health")).text


async def test_a_breaker_that_opened_by_itself_is_closed_by_a_reset(client: AsyncClient) -> None:
    await client.put(FAULT, json={"mode": "error", "seconds": 60}, headers=OPERATOR)
    await until(lambda: answers(client, "circuit_open"))
    await client.delete(FAULT, headers=OPERATOR)
    reset = (await client.post(f"{BREAKER}/reset", json={"reason": "it is well"}, headers=OPERATOR)).json()
    assert (reset["changed"], reset["state"]) == (True, "closed")


async def test_a_dry_run_isolates_nothing_and_an_isolation_of_another_revision_is_refused(client: AsyncClient) -> None:
    path = f"{BREAKER}/isolate"
    dry = (await client.post(path, json={"reason": "to see", "dry_run": True}, headers=ANN)).json()
    assert (dry["dry_run"], dry["changed"], dry["after"]["on"], dry["state"]) == (True, True, True, "closed")
    await client.post(path, json={"reason": "it is moved", "ttl": 60}, headers=ANN)
    refused = await client.post(path, json={"reason": "mine", "expected_revision": 0}, headers=OPERATOR)
    assert (refused.status_code, refused.json()["current"]["by"]) == (409, "ann")
    refused = await client.post(f"{BREAKER}/reset", json={"reason": "no", "ttl": 5}, headers=OPERATOR)
    assert (refused.status_code, refused.json()["type"]) == (422, "contradictory_request")
    lines = (await client.get("/api/ops/audit", params={"subject": "breaker/document_database"}, headers=ANN)).json()
    assert [(line["action"], line["by"], line["reason"]) for line in lines["lines"]] == [
        ("isolate", "ann", "it is moved")
    ]


async def test_a_fault_is_played_on_every_instance_and_taken_back_on_every_one(
    both: tuple[AsyncClient, AsyncClient],
) -> None:
    one, two = both
    lease = (await one.put(FAULT, json={"mode": "error", "seconds": 60}, headers=ANN)).json()
    assert await answers(one, "dependency_failed")  # at once where it was set
    await until(lambda: answers(two, "dependency_failed"))
    assert await faults(two) == [lease] == await faults(one)
    assert (await two.delete(FAULT, headers=OPERATOR)).json()["cleared"] is True
    assert await faults(two) == []
    await until(lambda: _cleared(one))
    for client in both:
        assert await told(client, "fault_set", "fault_cleared") == [
            ("fault_set", "error for 60 s"), ("fault_cleared", "taken back by an operator"),
        ]  # fmt: skip


@pytest.mark.parametrize("reliability", ["true", "false"])
async def test_why_a_fault_was_set_is_told_where_somebody_said_so(start: Start, reliability: str) -> None:
    fault = {"mode": "error", "seconds": 60}
    async with start(USE_RELIABILITY_SYSTEM=reliability) as client:
        answer = (await client.put(FAULT, json={**fault, "reason": "a drill"}, headers=ANN)).json()
        assert "reason" not in answer["fault"]
        await client.put(FAULT, json=fault, headers=ANN)
        await client.delete(FAULT, headers=ANN)
        refused = await client.put(FAULT, json={**fault, "reason": " "}, headers=ANN)
        assert (refused.status_code, "reason" in refused.json()["detail"]) == (422, True)
        reasons = ["a drill", "error for 60 s", "taken back by an operator"]
        assert [reason for _, reason in await told(client, "fault_set", "fault_cleared")] == reasons
        if reliability == "true":
            lines = (await client.get("/api/ops/audit", params={"limit": 3}, headers=ANN)).json()["lines"]
            assert [line["reason"] for line in reversed(lines)] == reasons


async def test_a_fault_may_be_set_and_taken_back_on_each_instance_one_after_the_other(
    both: tuple[AsyncClient, AsyncClient],
) -> None:
    for client in both:
        assert (await client.put(FAULT, json={"mode": "error", "seconds": 60}, headers=ANN)).status_code == 200
    for client in both:
        assert await answers(client, "dependency_failed")
    for client in both:
        assert (await client.delete(FAULT, headers=ANN)).status_code == 200
        assert await faults(client) == []


async def test_who_sets_faults_at_the_same_time_is_not_refused(both: tuple[AsyncClient, AsyncClient]) -> None:
    wanted = [(client, seconds) for seconds in range(10, 13) for client in both]
    set_by = await asyncio.gather(
        *(client.put(FAULT, json={"mode": "error", "seconds": seconds}, headers=ANN) for client, seconds in wanted)
    )
    assert {answer.status_code for answer in set_by} == {200}


async def test_a_fault_is_played_on_an_instance_that_starts_later_and_ends_by_itself(start: Start) -> None:
    async with start(INSTANCE_ID="one", **STEADY) as one:
        await one.put(FAULT, json={"mode": "error", "seconds": 600}, headers=ANN)
        async with start(INSTANCE_ID="two", **STEADY) as two:
            assert [fault["dependency"] for fault in await faults(two)] == ["document_database"]
            assert await answers(two, "not_ready")  # its gate has never seen the database work
        await one.put(FAULT, json={"mode": "error", "seconds": 0.1}, headers=ANN)
        await until(lambda: _cleared(one))
        async with start(INSTANCE_ID="three") as three:
            assert await faults(three) == []
            assert await told(three, "fault_set", "fault_cleared") == []


async def test_an_instance_that_allows_no_faults_plays_none(start: Start) -> None:
    async with start(INSTANCE_ID="one", **STEADY) as one, start(INSTANCE_ID="two", FAULT_INJECTION="false") as two:
        await one.put(FAULT, json={"mode": "error", "seconds": 60}, headers=ANN)
        await one.post(f"{BREAKER}/isolate", json={"reason": "it is moved"}, headers=ANN)
        await until(lambda: answers(two, "circuit_open"))  # so it has heard of both
        assert await faults(two) == []


async def _cleared(client: AsyncClient) -> bool:
    return await faults(client) == []
