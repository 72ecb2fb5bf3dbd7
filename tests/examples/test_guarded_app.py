"""docs/examples/guarded_app.py does what its page says: the dependency it asks is played, and so is the clock."""

from collections.abc import AsyncIterator

import pytest
from httpx2 import ASGITransport, AsyncClient

from tests.examples.bank import Bank
from tests.examples.example import example
from tests.unit.reliability.manual_clock import ManualClock

create_app = example("guarded_app").create_app


@pytest.fixture
def bank() -> Bank:
    return Bank()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def client(bank: Bank, clock: ManualClock) -> AsyncIterator[AsyncClient]:
    async def sleep(seconds: float) -> None:
        clock.advance(seconds)

    app = create_app(bank.client(), clock=clock, sleep=sleep)
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://app") as of_app:
        yield of_app


async def test_a_rate_is_answered(client: AsyncClient) -> None:
    assert (await client.get("/rates/EUR")).json() == {"currency": "EUR", "rate": 1.25}


async def test_a_failure_is_tried_again_and_then_told(client: AsyncClient, bank: Bank) -> None:
    bank.hangs_up()
    answer = await client.get("/rates/EUR")
    assert (answer.status_code, answer.json(), bank.asked) == (502, {"problem": "out of reach: ConnectError"}, 3)


async def test_after_five_failures_in_a_row_the_bank_is_left_alone(client: AsyncClient, bank: Bank) -> None:
    bank.says(500)
    statuses = [(await client.get("/rates/EUR")).status_code for _ in range(3)]
    turned_away = await client.get("/rates/EUR")
    assert (statuses, bank.asked) == ([502, 503, 503], 5)
    assert (turned_away.status_code, turned_away.headers["retry-after"]) == (503, "10")


async def test_it_is_asked_again_once_the_breaker_may_probe(
    client: AsyncClient, bank: Bank, clock: ManualClock
) -> None:
    bank.says(500)
    for _ in range(3):
        await client.get("/rates/EUR")
    bank.says(200, '{"rate": 1.5}')
    clock.advance(10.0)
    assert (await client.get("/rates/EUR")).json()["rate"] == 1.5


async def test_an_unknown_currency_is_the_callers_mistake_and_opens_nothing(client: AsyncClient, bank: Bank) -> None:
    bank.says(404)
    statuses = {(await client.get("/rates/XXX")).status_code for _ in range(20)}
    assert (statuses, bank.asked) == ({404}, 20)


@pytest.mark.parametrize("body", ["{}", "no JSON", '{"rate": null}'])
async def test_an_answer_that_is_no_rate_is_a_failure(client: AsyncClient, bank: Bank, body: str) -> None:
    bank.says(200, body)
    assert (await client.get("/rates/EUR")).json() == {"problem": "its answer is no rate"}


async def test_it_is_ready_after_two_passes_and_not_after_one_failure(
    client: AsyncClient, bank: Bank, clock: ManualClock
) -> None:
    async def ready() -> int:
        clock.advance(5.0)
        return (await client.get("/ready")).status_code

    assert [await ready(), await ready()] == [503, 200]
    bank.says(500)
    assert await ready() == 503
