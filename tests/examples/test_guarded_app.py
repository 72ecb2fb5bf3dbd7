"""docs/examples/guarded_app.py does what its page says: the dependency it asks is played, and so is the clock."""

import importlib.util
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from types import ModuleType

import pytest
from httpx2 import ASGITransport, AsyncClient, ConnectError, MockTransport, Request, Response

from tests.unit.reliability.manual_clock import ManualClock

EXAMPLE = Path(__file__).parents[2] / "docs/examples/guarded_app.py"


class Bank:
    """The service of rates; it answers as it was told, and counts who asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.answer: Callable[[Request], Response] = lambda _: Response(200, json={"rate": 1.25})

    def __call__(self, request: Request) -> Response:
        self.asked += 1
        return self.answer(request)

    def breaks(self) -> None:
        self.answer = lambda _: Response(500)

    def hangs_up(self) -> None:
        def refuse(_: Request) -> Response:
            raise ConnectError("refused")

        self.answer = refuse


def slept(clock: ManualClock) -> Callable[[float], Awaitable[None]]:
    async def sleep(seconds: float) -> None:
        clock.advance(seconds)

    return sleep


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("guarded_app", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def bank() -> Bank:
    return Bank()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def client(example: ModuleType, bank: Bank, clock: ManualClock) -> AsyncIterator[AsyncClient]:
    rates = AsyncClient(transport=MockTransport(bank), base_url="http://bank")
    app = example.create_app(rates, clock=clock, sleep=slept(clock))
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://app") as of_app:
        yield of_app


async def test_a_rate_is_answered(client: AsyncClient) -> None:
    assert (await client.get("/rates/EUR")).json() == {"currency": "EUR", "rate": 1.25}


async def test_a_failure_is_tried_again_and_then_told(client: AsyncClient, bank: Bank) -> None:
    bank.hangs_up()
    answer = await client.get("/rates/EUR")
    assert (answer.status_code, answer.json(), bank.asked) == (502, {"problem": "out of reach: ConnectError"}, 3)


async def test_after_five_failures_in_a_row_the_bank_is_left_alone(client: AsyncClient, bank: Bank) -> None:
    bank.breaks()
    statuses = [(await client.get("/rates/EUR")).status_code for _ in range(3)]
    turned_away = await client.get("/rates/EUR")
    assert (statuses, bank.asked) == ([502, 503, 503], 5)
    assert (turned_away.status_code, turned_away.headers["retry-after"]) == (503, "10")


async def test_it_is_asked_again_once_the_breaker_may_probe(
    client: AsyncClient, bank: Bank, clock: ManualClock
) -> None:
    bank.breaks()
    for _ in range(3):
        await client.get("/rates/EUR")
    bank.answer = lambda _: Response(200, json={"rate": 1.5})
    clock.advance(10.0)
    assert (await client.get("/rates/EUR")).json()["rate"] == 1.5


async def test_an_unknown_currency_is_the_callers_mistake_and_opens_nothing(client: AsyncClient, bank: Bank) -> None:
    bank.answer = lambda _: Response(404)
    statuses = {(await client.get("/rates/XXX")).status_code for _ in range(20)}
    assert (statuses, bank.asked) == ({404}, 20)


@pytest.mark.parametrize("body", ["{}", "no JSON", '{"rate": null}'])
async def test_an_answer_that_is_no_rate_is_a_failure(client: AsyncClient, bank: Bank, body: str) -> None:
    bank.answer = lambda _: Response(200, text=body)
    assert (await client.get("/rates/EUR")).json() == {"problem": "its answer is no rate"}


async def test_it_is_ready_after_two_passes_and_not_after_one_failure(
    client: AsyncClient, bank: Bank, clock: ManualClock
) -> None:
    async def ready() -> int:
        clock.advance(5.0)
        return (await client.get("/ready")).status_code

    assert [await ready(), await ready()] == [503, 200]
    bank.breaks()
    assert await ready() == 503
