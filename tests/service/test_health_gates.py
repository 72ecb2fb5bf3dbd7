import asyncio
from datetime import timedelta

import pytest
from httpx2 import AsyncClient

from service.dependencies.errors import AttemptError
from service.dependencies.health_rounds import HealthRounds
from service.reliability.health_gate import HealthGates, HealthGatesConfig
from tests.service.conftest import OPERATOR, Start
from tests.service.provider import Provider, error
from tests.service.virtual_time import run

FAULT = {"mode": "error", "seconds": 60}
# With one pass no streak is needed, which rounds that a busy machine delays would begin again and again.
QUICK = {"HEALTH_GATE_INTERVAL_SECONDS": "0.01", "HEALTH_GATE_PASSES": "1"}
EVENT = {"topic": "document.created", "document_id": "d"}


async def fails(client: AsyncClient, dependency: str) -> None:
    await client.put(f"/api/ops/faults/{dependency}", json=FAULT, headers=OPERATOR)


async def recovers(client: AsyncClient, dependency: str) -> None:
    await client.delete(f"/api/ops/faults/{dependency}", headers=OPERATOR)


async def becomes(client: AsyncClient, status: int) -> dict[str, object]:
    for _ in range(2000):
        answer = await client.get("/health/ready")
        if answer.status_code == status:
            found: dict[str, object] = answer.json()
            return found
        await asyncio.sleep(0.001)
    raise AssertionError(answer.text)


async def test_an_instance_is_ready_when_it_begins_to_listen(client: AsyncClient) -> None:
    ready = await client.get("/health/ready")
    assert (ready.status_code, ready.json()["status"], ready.json()["rounds"]) == (200, "ready", 3)


@pytest.mark.parametrize("dependency", ["document_database", "event_queue"])
async def test_a_critical_dependency_that_fails_takes_the_instance_out_and_its_return_puts_it_back(
    start: Start, dependency: str
) -> None:
    async with start(**QUICK) as client:
        await fails(client, dependency)
        not_ready = await becomes(client, 503)
        for answer in (
            await client.post("/api/embeddings", json={"text": "a"}),
            await client.get("/api/documents/x"),
            await client.post("/api/events", json=EVENT),
            await client.post(
                "/internal/agents/indexer/deliver", json={}, headers={"Authorization": "Bearer internal-token"}
            ),
        ):
            assert (answer.status_code, answer.json()["type"]) == (503, "not_ready")
            assert answer.json()["detail"] == f"not ready: {dependency}"
            assert int(answer.headers["retry-after"]) >= 1
        await recovers(client, dependency)
        await becomes(client, 200)
        assert (await client.post("/api/embeddings", json={"text": "a"})).status_code == 200
        events = (await client.get("/api/observability/events")).json()["events"]
    gates = {gate["name"]: gate for gate in not_ready["health_gates"]}  # type: ignore[attr-defined]
    assert gates[dependency]["last_error"] == "injected fault: status 500"
    assert [event["type"] for event in events if event["subject"] == "instance-1"] == [
        "readiness_regained",
        "instance_started",
        "readiness_lost",
        "readiness_regained",
    ]
    assert [
        event["type"] for event in events if event["subject"] == dependency and event["type"].startswith("gate_")
    ] == ["gate_opened", "gate_shut", "gate_opened"]


async def test_while_it_is_not_ready_its_health_and_its_operators_are_still_answered(start: Start) -> None:
    async with start(**QUICK) as client:
        await fails(client, "document_database")
        await becomes(client, 503)
        for path in ("/health/live", "/health", "/identity", "/metrics", "/api/observability/health-gates"):
            assert (await client.get(path)).status_code == 200
        assert (await client.get("/health")).json()["status"] == "degraded"
        assert (await client.get("/api/ops/faults", headers=OPERATOR)).status_code == 200


async def test_a_provider_that_fails_is_shown_and_stops_nobody(start: Start, provider: Provider) -> None:
    async with start(**QUICK) as client:
        provider.models = error(500)
        gates: dict[str, dict[str, object]] = {"embeddings": {"ready": True}}
        while gates["embeddings"]["ready"]:
            answer = await client.get("/health/ready")
            assert answer.status_code == 200
            gates = {gate["name"]: gate for gate in answer.json()["health_gates"]}
        assert gates["embeddings"]["last_error"] == "the provider answered 500"
        assert (await client.get("/api/documents/x")).status_code == 404


async def test_without_the_reliability_system_there_are_no_gates(start: Start) -> None:
    async with start(USE_RELIABILITY_SYSTEM="false") as client:
        ready = (await client.get("/health/ready")).json()
    assert (ready["status"], ready["health_gates"]) == ("ready", [])


def rounds(checks: dict[str, object]) -> HealthRounds:
    terms = HealthGatesConfig(interval=timedelta(seconds=5), check_timeout=timedelta(seconds=1), passes=1)
    gates = HealthGates(terms, dict.fromkeys(checks, True), on_event=lambda _: None)
    return HealthRounds(gates, checks, terms, clock=asyncio.get_running_loop().time)  # type: ignore[arg-type]


def test_the_checks_of_a_round_run_at_the_same_time_each_with_its_own_timeout() -> None:
    async def hangs() -> None:
        await asyncio.Event().wait()

    async def works() -> None:
        await asyncio.sleep(0.9)

    async def breaks() -> None:
        raise AttemptError("it is broken")

    async def scenario() -> None:
        began = asyncio.get_running_loop().time()
        under_test = rounds({"a": hangs, "b": hangs, "c": works, "d": breaks})
        await under_test.start()
        assert asyncio.get_running_loop().time() - began == pytest.approx(1.0)
        found = {name: gate.last for name, gate in under_test.gates.gates.items() if gate.last is not None}
        assert [checked.error for checked in found.values()] == [
            "no answer within 1 s", "no answer within 1 s", "", "it is broken",
        ]  # fmt: skip
        assert found["c"].seconds == pytest.approx(0.9)
        await under_test.stop()

    run(scenario())


def test_a_request_waits_for_a_fresh_round_when_the_last_is_stale_but_not_for_long() -> None:
    waits = [0.0]

    async def takes_its_time() -> None:
        await asyncio.sleep(waits[0])

    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        under_test = rounds({"a": takes_its_time})
        await under_test.start()
        await under_test.stop()  # as on a platform that stops what works between requests
        for seconds, waited in ((0.2, 0.2), (0.9, 0.5)):
            waits[0] = seconds
            await asyncio.sleep(3600)
            began = loop.time()
            await asyncio.gather(*(under_test.settled() for _ in range(10)))
            assert loop.time() - began == pytest.approx(waited)
            await asyncio.sleep(1)
        assert under_test.gates.rounds == 3
        await under_test.stop()

    run(scenario())


def test_a_check_that_failed_because_the_process_stood_still_is_made_again() -> None:
    made: list[float] = []

    async def scenario() -> None:
        ahead = [0.0]

        async def freezes_once() -> None:
            made.append(ahead[0])
            if len(made) == 1:
                ahead[0] = 10.0  # the platform gave the CPU to others
                raise AttemptError("connection reset")

        terms = HealthGatesConfig(check_timeout=timedelta(seconds=1), passes=1)
        gates = HealthGates(terms, {"a": True}, on_event=lambda _: None)
        under_test = HealthRounds(gates, {"a": freezes_once}, terms, clock=lambda: ahead[0])
        await under_test.start()
        assert gates.ready
        await under_test.stop()

    run(scenario())
    assert made == [0.0, 10.0]
