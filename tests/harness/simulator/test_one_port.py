"""The simulator as a service that others can reach: one port, a key for the provider, a token for the control API."""

from collections.abc import AsyncIterator

import httpx2
import openai
import pytest

from harness.simulator.settings import InvalidSettingsError, SimulatorSettings
from harness.simulator.simulator import Simulator, running
from tests.harness.simulator.conftest import NO_AUTHORITIES

MODEL = "text-embedding-3-small"
KEY = "the-key-of-the-provider"
TOKEN = "the-token-of-the-control-api"
QUESTION = {"model": MODEL, "input": "x", "dimensions": 8}


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    settings = SimulatorSettings(one_port=True, api_key=KEY, control_token=TOKEN, latency_median=0.001)
    async with running(settings) as started:
        yield started


@pytest.fixture
async def anyone() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(verify=NO_AUTHORITIES) as client:
        yield client


@pytest.fixture
async def control(simulator: Simulator) -> AsyncIterator[httpx2.AsyncClient]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx2.AsyncClient(base_url=simulator.control, headers=headers, verify=NO_AUTHORITIES) as client:
        yield client


def with_key(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_provider_and_control_api_have_one_origin(simulator: Simulator) -> None:
    provider, control = httpx2.URL(simulator.address), httpx2.URL(simulator.control)
    assert (provider.port, provider.path, control.path) == (control.port, "/v1", "/control")


async def test_a_fault_set_there_is_met_and_its_attempt_is_in_the_log(
    simulator: Simulator, control: httpx2.AsyncClient, anyone: httpx2.AsyncClient
) -> None:
    await control.put("/faults/*", json={"mode": "error", "seconds": 30, "status": 503})
    failed = await anyone.post(f"{simulator.address}/embeddings", json=QUESTION, headers=with_key(KEY))
    await control.delete("/faults/*")
    served = await anyone.post(f"{simulator.address}/embeddings", json=QUESTION, headers=with_key(KEY))
    assert (failed.status_code, served.status_code) == (503, 200)
    rows = (await control.get("/attempts")).json()["attempts"]
    assert [row["result"] for row in rows] == ["error", "ok"]


async def test_a_connection_is_reset_by_a_fault_while_the_control_api_answers(
    simulator: Simulator, control: httpx2.AsyncClient, anyone: httpx2.AsyncClient
) -> None:
    await control.put("/faults/*", json={"mode": "reset", "seconds": 30})
    with pytest.raises((httpx2.ReadError, httpx2.RemoteProtocolError)):
        await anyone.post(f"{simulator.address}/embeddings", json=QUESTION, headers=with_key(KEY))
    assert (await control.get("/identity")).status_code == 200


async def test_closing_the_port_is_refused_since_it_would_close_the_control_api(control: httpx2.AsyncClient) -> None:
    answer = await control.put("/faults/*", json={"mode": "refuse", "seconds": 30})
    assert answer.status_code == 422
    assert answer.json()["problems"] == [
        "mode is refuse; expected another: provider and control API share one port here, which stays open"
    ]
    assert (await control.get("/faults")).json()["faults"] == []


@pytest.mark.parametrize("headers", [{}, with_key("another"), with_key(TOKEN), {"Authorization": f"Basic {KEY}"}])
async def test_the_provider_refuses_another_key_as_openai_does_and_it_is_no_attempt(
    headers: dict[str, str], simulator: Simulator, control: httpx2.AsyncClient, anyone: httpx2.AsyncClient
) -> None:
    answer = await anyone.post(f"{simulator.address}/embeddings", json=QUESTION, headers=headers)
    assert answer.status_code == 401
    message = "Incorrect API key provided."
    expected = {"message": message, "type": "invalid_request_error", "param": None, "code": "invalid_api_key"}
    assert answer.json() == {"error": expected}
    assert (await control.get("/attempts")).json()["attempts"] == []


async def test_the_official_client_takes_the_refusal_for_what_it_is(
    simulator: Simulator, anyone: httpx2.AsyncClient
) -> None:
    sdk = openai.AsyncOpenAI(base_url=simulator.address, api_key="another", max_retries=0, http_client=anyone)
    with pytest.raises(openai.AuthenticationError, match="Incorrect API key provided"):
        await sdk.embeddings.create(model=MODEL, input="x")


@pytest.mark.parametrize("headers", [{}, with_key("another"), with_key(KEY), {"Authorization": f"Basic {TOKEN}"}])
@pytest.mark.parametrize(("method", "path"), [("PUT", "/faults/*"), ("DELETE", "/faults"), ("GET", "/attempts")])
async def test_the_control_api_takes_no_other_token(
    headers: dict[str, str], method: str, path: str, simulator: Simulator, anyone: httpx2.AsyncClient
) -> None:
    answer = await anyone.request(method, f"{simulator.control}{path}", headers=headers)
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")


async def test_whoever_asks_learns_that_it_lives_and_no_more(simulator: Simulator, anyone: httpx2.AsyncClient) -> None:
    origin = simulator.control.removesuffix("/control")
    answer = await anyone.get(f"{origin}/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_it_lives_whatever_fails(
    simulator: Simulator, control: httpx2.AsyncClient, anyone: httpx2.AsyncClient
) -> None:
    await control.put("/faults/*", json={"mode": "hang", "seconds": 30})
    assert (await anyone.get(simulator.control.replace("/control", "/health/live"))).status_code == 200


async def test_two_ports_can_ask_for_key_and_token_too(anyone: httpx2.AsyncClient) -> None:
    async with running(SimulatorSettings(api_key=KEY, control_token=TOKEN, latency_median=0.001)) as simulator:
        for url, good in ((f"{simulator.address}/models", KEY), (f"{simulator.control}/faults", TOKEN)):
            answers = [await anyone.get(url, headers=with_key(token)) for token in (good, "another")]
            assert [answer.status_code for answer in answers] == [200, 401]


def test_where_others_can_reach_it_key_and_token_are_required() -> None:
    with pytest.raises(InvalidSettingsError) as caught:
        SimulatorSettings(host="0.0.0.0", one_port=True)  # noqa: S104 -- refused
    assert caught.value.problems == [
        "SIMULATOR_API_KEY is not set; expected a secret, since others can reach --host 0.0.0.0",
        "SIMULATOR_CONTROL_TOKEN is not set; expected a secret, since others can reach --host 0.0.0.0",
    ]


def test_a_secret_that_no_header_can_carry_is_named_and_not_shown() -> None:
    with pytest.raises(InvalidSettingsError) as caught:
        SimulatorSettings(api_key="two words", control_token="schlüssel")
    assert caught.value.problems == [
        "SIMULATOR_API_KEY holds what is not printable ASCII, or spaces; expected neither",
        "SIMULATOR_CONTROL_TOKEN holds what is not printable ASCII, or spaces; expected neither",
    ]
    assert KEY not in repr(SimulatorSettings(api_key=KEY))


def test_a_host_that_is_no_address_and_a_second_port_beside_the_one_are_told_at_once() -> None:
    with pytest.raises(InvalidSettingsError) as caught:
        SimulatorSettings(host="nowhere", one_port=True, control_port=9)
    assert caught.value.problems == [
        "--control-port is 9; expected none beside --one-port",
        "--host is 'nowhere'; expected an IPv4 address",
    ]
