import asyncio
import base64
import struct

import httpx2
import pytest

MODEL = "text-embedding-3-small"
QUESTION = {"model": MODEL, "input": "some text", "dimensions": 4}
NAMES = {"X-Request-Id": "r-1", "X-Attempt": "2", "X-Instance-Id": "i-1", "X-Permit": "3-half_open"}


async def rows(control: httpx2.AsyncClient, count: int) -> list[dict[str, object]]:
    """The attempts, once there are `count` of them."""
    async with asyncio.timeout(5):
        while True:
            found: list[dict[str, object]] = (await control.get("/attempts")).json()["attempts"]
            if len(found) >= count:
                return found
            await asyncio.sleep(0.01)


async def set_fault(control: httpx2.AsyncClient, fault: dict[str, object], *, model: str = "*") -> None:
    answer = await control.put(f"/faults/{model}", json={"seconds": 60} | fault)
    assert answer.status_code == 200, answer.text


async def test_an_attempt_is_recorded_with_the_names_it_carries(
    provider: httpx2.AsyncClient, control: httpx2.AsyncClient
) -> None:
    before = (await control.get("/identity")).json()["now"]
    assert (await provider.post("/embeddings", json=QUESTION, headers=NAMES)).status_code == 200
    after = (await control.get("/identity")).json()["now"]
    (row,) = await rows(control, 1)
    arrived_at, ended_at = row.pop("arrived_at"), row.pop("ended_at")
    assert isinstance(arrived_at, float)
    assert isinstance(ended_at, float)
    assert before <= arrived_at <= ended_at <= after
    assert row == {
        "sequence": 1,
        "request_id": "r-1",
        "attempt": 2,
        "instance": "i-1",
        "permit": "3-half_open",
        "model": MODEL,
        "result": "ok",
        "fault": "",
    }


async def test_an_attempt_without_names_is_a_first_one_of_nobody(
    provider: httpx2.AsyncClient, control: httpx2.AsyncClient
) -> None:
    await provider.post("/embeddings", json=QUESTION)
    await provider.post("/embeddings", json=QUESTION, headers={"X-Attempt": "many", "X-Request-Id": "r" * 500})
    first, second = await rows(control, 2)
    assert (first["request_id"], first["attempt"], first["permit"]) == ("", 1, "")
    assert (second["request_id"], second["attempt"]) == ("r" * 128, 1)


async def test_callers_without_names_draw_their_own_fates(
    provider: httpx2.AsyncClient, control: httpx2.AsyncClient
) -> None:
    await set_fault(control, {"mode": "error", "share": 0.5, "per": "request"})
    statuses = [(await provider.post("/embeddings", json=QUESTION)).status_code for _ in range(30)]
    assert set(statuses) == {200, 500}


@pytest.mark.parametrize(
    ("fault", "status", "result"),
    [
        ({"mode": "error", "status": 429}, 429, "error"),
        ({"mode": "slow", "latency": 0.01}, 200, "slow"),
        ({"mode": "malformed"}, 200, "malformed"),
    ],
)
async def test_an_answered_fault_is_recorded_with_its_end(
    fault: dict[str, object], status: int, result: str, provider: httpx2.AsyncClient, control: httpx2.AsyncClient
) -> None:
    await set_fault(control, fault)
    assert (await provider.post("/embeddings", json=QUESTION)).status_code == status
    (row,) = await rows(control, 1)
    assert (row["result"], row["fault"]) == (result, fault["mode"])
    assert row["ended_at"] is not None


async def test_a_reset_is_recorded_with_its_end(provider: httpx2.AsyncClient, control: httpx2.AsyncClient) -> None:
    await set_fault(control, {"mode": "reset"})
    with pytest.raises(httpx2.ReadError):
        await provider.post("/embeddings", json=QUESTION)
    (row,) = await rows(control, 1)
    assert (row["result"], row["fault"], row["ended_at"] is None) == ("reset", "reset", False)


async def test_a_hang_is_recorded_at_once_and_never_ends(
    provider: httpx2.AsyncClient, control: httpx2.AsyncClient
) -> None:
    await set_fault(control, {"mode": "hang"})
    hanging = asyncio.create_task(provider.post("/embeddings", json=QUESTION))
    (row,) = await rows(control, 1)
    assert (row["result"], row["ended_at"]) == ("hang", None)
    assert not hanging.done()
    hanging.cancel()
    await asyncio.wait([hanging])
    await control.delete("/faults")
    await provider.post("/embeddings", json=QUESTION)
    assert [row["result"] for row in await rows(control, 2)] == ["hang", "ok"]


async def test_a_caller_that_leaves_before_the_answer_leaves_a_row_without_an_end(
    provider: httpx2.AsyncClient, control: httpx2.AsyncClient
) -> None:
    await set_fault(control, {"mode": "slow", "latency": 30})
    with pytest.raises(httpx2.ReadTimeout):
        await provider.post("/embeddings", json=QUESTION, timeout=0.1)
    (row,) = await rows(control, 1)
    assert (row["result"], row["fault"], row["ended_at"]) == ("slow", "slow", None)


async def test_a_fault_of_one_model_leaves_the_others_alone(
    provider: httpx2.AsyncClient, control: httpx2.AsyncClient
) -> None:
    await set_fault(control, {"mode": "error"}, model="text-embedding-3-large")
    answers = [
        await provider.post("/embeddings", json=QUESTION | {"model": model})
        for model in (MODEL, "text-embedding-3-large")
    ]
    assert [one.status_code for one in answers] == [200, 500]


async def test_a_mistake_of_the_caller_is_recorded_as_such(
    provider: httpx2.AsyncClient, control: httpx2.AsyncClient
) -> None:
    assert (await provider.post("/embeddings", json=QUESTION | {"input": "x" * 33_000})).status_code == 400
    (row,) = await rows(control, 1)
    assert (row["result"], row["fault"]) == ("refused_input", "")


async def test_who_brings_no_key_is_turned_away(provider: httpx2.AsyncClient, control: httpx2.AsyncClient) -> None:
    for headers in ({"Authorization": ""}, {"Authorization": "Bearer"}):
        answer = await provider.post("/embeddings", json=QUESTION, headers=headers)
        assert answer.status_code == 401
        assert answer.json()["error"]["type"] == "invalid_request_error"
    assert {row["result"] for row in await rows(control, 2)} == {"refused_input"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"\xff\xfe", 400),
        (b'{"input":"x"}', 400),
        (b'{"model":"text-embedding-3-small"}', 400),
        (b'{"model":"text-embedding-3-small","input":""}', 400),
        (b'{"model":"text-embedding-3-small","input":[]}', 400),
        (b'{"model":"text-embedding-3-small","input":[""]}', 400),
        (b'{"model":"text-embedding-3-small","input":[1,"a"]}', 400),
        (b'{"model":"text-embedding-3-small","input":[[]]}', 400),
        (b'{"model":"text-embedding-3-small","input":{}}', 400),
        (b'{"model":"text-embedding-3-small","input":"x","dimensions":0}', 400),
        (b'{"model":"text-embedding-3-small","input":"x","dimensions":1537}', 400),
        (b'{"model":"text-embedding-ada-002","input":"x","dimensions":8}', 400),
        (b'{"model":"text-embedding-3-small","input":"x","encoding_format":"hex"}', 400),
        (b'{"model":"text-embedding-3-small","input":[' + b"1," * 8192 + b"1]}", 400),
        (b'{"model":"text-embedding-3-small","input":[' + b'"a",' * 2048 + b'"a"]}', 400),
        (b'{"model":"gpt-99","input":"x"}', 404),
    ],
)
async def test_what_cannot_be_embedded_is_refused_in_openais_form(
    body: bytes, status: int, provider: httpx2.AsyncClient
) -> None:
    answer = await provider.post("/embeddings", content=body)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert list(error) == ["message", "type", "param", "code"]
    assert (error["type"], bool(error["message"])) == ("invalid_request_error", True)


async def test_a_body_beyond_all_bounds_is_not_read(provider: httpx2.AsyncClient) -> None:
    answer = await provider.post("/embeddings", content=b" " * (9 * 1024 * 1024))
    assert answer.status_code == 413


@pytest.mark.parametrize("tokens", [[1, 2, 3], [[1, 2, 3]]])
async def test_tokens_are_taken_as_well(tokens: list[object], provider: httpx2.AsyncClient) -> None:
    answer = await provider.post("/embeddings", json=QUESTION | {"input": tokens})
    assert [len(one["embedding"]) for one in answer.json()["data"]] == [4]


async def test_base64_holds_little_endian_32_bit_floats(provider: httpx2.AsyncClient) -> None:
    packed = await provider.post("/embeddings", json=QUESTION | {"encoding_format": "base64"})
    plain = await provider.post("/embeddings", json=QUESTION)
    unpacked = struct.unpack("<4f", base64.b64decode(packed.json()["data"][0]["embedding"]))
    assert list(unpacked) == plain.json()["data"][0]["embedding"]


async def test_other_paths_and_methods_are_refused_in_openais_form(provider: httpx2.AsyncClient) -> None:
    answers = [await provider.get("/embeddings"), await provider.get("/chat/completions")]
    assert [one.status_code for one in answers] == [405, 404]
    assert all(one.json()["error"]["type"] == "invalid_request_error" for one in answers)
