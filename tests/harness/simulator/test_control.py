import asyncio
import socket

import httpx2
import pytest

from harness.simulator.simulator import Simulator

MODEL = "text-embedding-3-small"


async def test_a_fault_is_confirmed_with_its_lease(control: httpx2.AsyncClient) -> None:
    answer = await control.put(f"/faults/{MODEL}", json={"mode": "error", "seconds": 30, "share": 0.5})
    assert answer.status_code == 200
    confirmed = answer.json()
    assert confirmed["until"] == pytest.approx(confirmed.pop("since") + 30)
    assert confirmed.pop("until") <= (await control.get("/identity")).json()["now"] + 30
    assert confirmed == {
        "model": MODEL,
        "fault": {
            "mode": "error",
            "seconds": 30,
            "share": 0.5,
            "per": "attempt",
            "status": 500,
            "retry_after": None,
            "latency": 0.0,
            "period": None,
            "seed": 1,
        },
    }


async def test_the_faults_that_are_set_are_listed(control: httpx2.AsyncClient) -> None:
    assert (await control.get("/faults")).json()["faults"] == []
    put = [(await control.put(f"/faults/{name}", json={"mode": "hang", "seconds": 9})).json() for name in (MODEL, "*")]
    assert (await control.get("/faults")).json()["faults"] == put


async def test_a_cleared_fault_is_gone_and_clearing_it_again_is_no_mistake(control: httpx2.AsyncClient) -> None:
    since = (await control.put("/faults/*", json={"mode": "hang", "seconds": 9})).json()["since"]
    answers = [(await control.delete("/faults/*")).json() for _ in range(2)]
    assert [one["cleared"] for one in answers] == [True, False]
    assert answers[0]["at"] >= since
    assert (await control.get("/faults")).json()["faults"] == []


async def test_all_faults_can_be_cleared_at_once(control: httpx2.AsyncClient) -> None:
    for name in (MODEL, "*"):
        await control.put(f"/faults/{name}", json={"mode": "hang", "seconds": 9})
    assert (await control.delete("/faults")).json()["cleared"] == ["*", MODEL]
    assert (await control.get("/faults")).json()["faults"] == []


async def test_a_fault_that_cannot_be_is_refused_with_all_its_problems(control: httpx2.AsyncClient) -> None:
    answer = await control.put("/faults/*", json={"mode": "slow", "share": 2, "colour": "red"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    problem = answer.json()
    assert [one.partition(" ")[0] for one in problem["problems"]] == ["colour", "seconds", "share", "latency"]
    assert problem["detail"] == "; ".join(problem["problems"])
    assert (await control.get("/faults")).json()["faults"] == []


async def test_a_refused_fault_leaves_the_one_that_is_set(control: httpx2.AsyncClient) -> None:
    put = (await control.put(f"/faults/{MODEL}", json={"mode": "hang", "seconds": 9})).json()
    answer = await control.put(f"/faults/{MODEL}", json={"mode": "refuse", "seconds": 9})
    assert answer.json()["problems"] == [f"mode is refuse on model {MODEL}; expected model *, since all share one port"]
    assert (await control.get("/faults")).json()["faults"] == [put]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("PUT", "/faults/gpt-99", b'{"mode":"hang","seconds":9}', 404, "gpt-99 is no model; expected one of *, text"),
        ("DELETE", "/faults/gpt-99", b"", 404, "gpt-99 is no model"),
        ("PUT", "/faults/*", b"{", 400, "the body is not JSON"),
        ("PUT", "/faults/*", b"\xff", 400, "the body is not JSON"),
        ("PUT", "/faults/*", b'{"mode":"hang","seconds":NaN}', 400, "the body is not JSON"),
        ("PUT", "/faults/*", b"[]", 422, "expected an object"),
        ("GET", "/attempts?after=-1", b"", 422, "after is '-1'; expected a whole number from 0 to"),
        ("GET", "/attempts?after=x&limit=0", b"", 422, "limit is '0'; expected a whole number from 1 to 10000"),
        ("POST", "/faults", b"", 405, ""),
        ("GET", "/nothing", b"", 404, ""),
    ],
)
async def test_a_wrong_call_is_a_problem_that_says_what_was_expected(
    method: str, path: str, body: bytes, status: int, said: str, control: httpx2.AsyncClient
) -> None:
    answer = await control.request(method, path, content=body)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert said in answer.json()["detail"]


async def test_a_fault_beyond_all_bounds_is_not_read(control: httpx2.AsyncClient) -> None:
    assert (await control.put("/faults/*", content=b" " * 70_000)).status_code == 413


async def test_attempts_are_read_page_by_page(control: httpx2.AsyncClient, provider: httpx2.AsyncClient) -> None:
    for _ in range(5):
        await provider.post("/embeddings", json={"model": MODEL, "input": "x", "dimensions": 1})
    pages = [(await control.get(f"/attempts?after={after}&limit=2")).json() for after in (0, 2, 4, 5)]
    assert [[row["sequence"] for row in page["attempts"]] for page in pages] == [[1, 2], [3, 4], [5], []]
    assert [(page["next"], page["dropped"]) for page in pages] == [(2, 0), (4, 0), (5, 0), (5, 0)]


async def test_identity_names_the_simulator(control: httpx2.AsyncClient) -> None:
    assert (await control.get("/identity")).json()["service"] == "ballast-simulator"


async def connectable(simulator: Simulator) -> bool:
    url = httpx2.URL(simulator.address)
    try:
        _, writer = await asyncio.open_connection(url.host, url.port)
        writer.close()
        await writer.wait_closed()
    except (ConnectionRefusedError, ConnectionResetError):  # a reset: the port closed between handshake and accept
        return False
    return True


async def until_connectable(simulator: Simulator, *, expected: bool) -> None:
    async with asyncio.timeout(5):
        while await connectable(simulator) is not expected:  # noqa: ASYNC110 — a port has no event to wait for
            await asyncio.sleep(0.01)


async def test_the_port_is_closed_when_a_refusal_is_confirmed_and_open_when_its_end_is(
    simulator: Simulator, control: httpx2.AsyncClient
) -> None:
    for _ in range(20):
        await control.put("/faults/*", json={"mode": "refuse", "seconds": 60})
        assert not await connectable(simulator)
        await control.delete("/faults/*")
        assert await connectable(simulator)


async def test_nobody_else_can_have_the_port_while_it_is_closed(
    simulator: Simulator, control: httpx2.AsyncClient
) -> None:
    await control.put("/faults/*", json={"mode": "refuse", "seconds": 60})
    with socket.socket() as thief, pytest.raises(OSError, match="Address already in use"):
        thief.bind(("127.0.0.1", httpx2.URL(simulator.address).port))


async def test_another_fault_in_its_place_opens_the_port(simulator: Simulator, control: httpx2.AsyncClient) -> None:
    await control.put("/faults/*", json={"mode": "refuse", "seconds": 60})
    await control.put("/faults/*", json={"mode": "error", "seconds": 60})
    assert await connectable(simulator)


async def test_the_port_opens_by_itself_at_the_end_of_the_lease(
    simulator: Simulator, control: httpx2.AsyncClient
) -> None:
    await control.put("/faults/*", json={"mode": "refuse", "seconds": 0.2})
    assert not await connectable(simulator)
    await until_connectable(simulator, expected=True)
    assert (await control.get("/faults")).json()["faults"] == []


async def test_a_flapping_port_closes_and_opens_by_itself(simulator: Simulator, control: httpx2.AsyncClient) -> None:
    await control.put("/faults/*", json={"mode": "refuse", "seconds": 60, "period": 0.1})
    for expected in (False, True, False, True):
        await until_connectable(simulator, expected=expected)
