"""docs/examples/own_workload.py behind the guard that the service makes: the dependency it asks is played."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from httpx2 import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.middleware import Middleware

from service.dependencies.errors import AttemptError
from service.dependencies.guards import Guards, GuardsConfig, Limits
from service.reliability.circuit_breaker import Transition
from service.reliability.circuit_breaker_config import CircuitBreakerConfig
from service.reliability.retry import RetryPolicy
from service.web.problems import EXCEPTION_HANDLERS
from service.web.request_id import RequestId
from tests.examples.bank import Bank
from tests.examples.example import example

own_workload = example("own_workload")
LIMITS = Limits(slow_call=timedelta(seconds=60), attempt_timeout=timedelta(seconds=60), deadline=timedelta(seconds=120))
CONFIG = GuardsConfig(
    guarded=True,
    fault_injection=False,
    breaker=CircuitBreakerConfig(consecutive_failures=5),
    retry=RetryPolicy(max_retries=2, backoff=timedelta(milliseconds=1)),
    retry_budget_minimum=3,
    retry_budget_ratio=0.2,
)


@pytest.fixture
def bank() -> Bank:
    return Bank()


@pytest.fixture
def transitions() -> list[Transition]:
    return []


@pytest.fixture
async def client(bank: Bank, transitions: list[Transition]) -> AsyncIterator[AsyncClient]:
    guards = Guards(CONFIG, instance="i", on_transition=transitions.append)
    rates = own_workload.Rates(own_workload.RatesService(bank.client()), guards.call("rates", LIMITS, breaker="rates"))
    app = Starlette(
        routes=own_workload.rates_routes(rates, []),
        middleware=[Middleware(RequestId, instance="i")],
        exception_handlers=EXCEPTION_HANDLERS,
    )
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://app") as of_app:
        yield of_app


async def test_the_dependency_is_told_for_which_request_it_is_asked(client: AsyncClient, bank: Bank) -> None:
    answer = await client.get("/api/rates/EUR", headers={"X-Request-Id": "r1"})
    assert answer.json() == {"currency": "EUR", "rate": 1.25}
    assert bank.requests[0].headers["x-request-id"] == answer.headers["x-request-id"] == "r1"
    assert (bank.requests[0].headers["x-attempt"], bank.requests[0].headers["x-permit"]) == ("1", "1-closed")


@pytest.mark.parametrize(("status", "body"), [(500, ""), (200, "no JSON"), (200, "{}")])
async def test_a_failure_is_tried_again_and_then_told(client: AsyncClient, bank: Bank, status: int, body: str) -> None:
    bank.says(status, body)
    answer = await client.get("/api/rates/EUR")
    assert (answer.status_code, answer.json()["type"], bank.asked) == (502, "dependency_failed", 3)


async def test_the_breaker_opens_and_callers_are_told_when_to_come_back(
    client: AsyncClient, bank: Bank, transitions: list[Transition]
) -> None:
    bank.hangs_up()
    for _ in range(3):
        answer = await client.get("/api/rates/EUR")
    assert (answer.status_code, answer.json()["type"], answer.headers["retry-after"]) == (503, "circuit_open", "60")
    assert [transition.to_state for transition in transitions] == ["open"]


async def test_an_unknown_currency_is_the_callers_mistake(
    client: AsyncClient, bank: Bank, transitions: list[Transition]
) -> None:
    bank.says(404)
    answers = [await client.get("/api/rates/XXX") for _ in range(20)]
    assert {answer.status_code for answer in answers} == {404}
    assert transitions == []


async def test_the_gate_hears_of_a_dependency_that_fails(bank: Bank) -> None:
    service = own_workload.RatesService(bank.client())
    await service.check()
    bank.says(503)
    with pytest.raises(AttemptError, match="rates answered 503"):
        await service.check()


async def test_a_currency_of_any_text_is_one_part_of_the_address(client: AsyncClient, bank: Bank) -> None:
    answer = await client.get("/api/rates/%00%3F")
    assert (answer.status_code, answer.json()["currency"]) == (200, "\x00?")
    assert bank.requests[0].url.raw_path == b"/rates/%00%3F"
