"""The official SDK, unchanged, against the simulator."""

import json
import time

import httpx2
import openai
import pytest

from harness.simulator.simulator import Simulator

MODEL = "text-embedding-3-small"


async def set_fault(control: httpx2.AsyncClient, **fault: object) -> None:
    answer = await control.put("/faults/*", json={"seconds": 60} | fault)
    assert answer.status_code == 200, answer.text


async def embed(sdk: openai.AsyncOpenAI, timeout: float = 5) -> list[float]:  # noqa: ASYNC109 — the SDK's own parameter
    answer = await sdk.embeddings.create(model=MODEL, input="some text", dimensions=8, timeout=timeout)
    return answer.data[0].embedding


async def test_a_text_becomes_a_vector_of_the_dimensions_asked_for(sdk: openai.AsyncOpenAI) -> None:
    answer = await sdk.embeddings.create(model=MODEL, input="some text", dimensions=256)
    assert (answer.object, answer.model) == ("list", MODEL)
    assert [(one.index, one.object, len(one.embedding)) for one in answer.data] == [(0, "embedding", 256)]
    assert answer.usage.prompt_tokens == answer.usage.total_tokens == 3


async def test_several_texts_keep_their_order(sdk: openai.AsyncOpenAI) -> None:
    together = await sdk.embeddings.create(model=MODEL, input=["one", "two"], dimensions=8)
    alone = [await sdk.embeddings.create(model=MODEL, input=text, dimensions=8) for text in ("one", "two")]
    assert [one.embedding for one in together.data] == [one.data[0].embedding for one in alone]


async def test_without_dimensions_each_model_has_its_own(sdk: openai.AsyncOpenAI) -> None:
    lengths = {}
    for model in (MODEL, "text-embedding-3-large", "text-embedding-ada-002"):
        answer = await sdk.embeddings.create(model=model, input="x")
        lengths[model] = len(answer.data[0].embedding)
    assert lengths == {MODEL: 1536, "text-embedding-3-large": 3072, "text-embedding-ada-002": 1536}


async def test_floats_and_base64_are_the_same_vector(sdk: openai.AsyncOpenAI) -> None:
    # The SDK asks for base64 by itself, and decodes it, unless it is told otherwise.
    packed = await sdk.embeddings.create(model=MODEL, input="some text", dimensions=32)
    plain = await sdk.embeddings.create(model=MODEL, input="some text", dimensions=32, encoding_format="float")
    assert packed.data[0].embedding == pytest.approx(plain.data[0].embedding, abs=1e-12)


async def test_the_models_are_listed_and_found(sdk: openai.AsyncOpenAI) -> None:
    names = [model.id async for model in sdk.models.list()]
    assert MODEL in names
    assert (await sdk.models.retrieve(MODEL)).id == MODEL
    with pytest.raises(openai.NotFoundError):
        await sdk.models.retrieve("gpt-99")


async def test_an_unknown_model_is_not_found(sdk: openai.AsyncOpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as refused:
        await sdk.embeddings.create(model="gpt-99", input="x")
    assert (refused.value.code, refused.value.type) == ("model_not_found", "invalid_request_error")


async def test_a_text_that_is_too_long_is_the_callers_mistake(sdk: openai.AsyncOpenAI) -> None:
    assert await sdk.embeddings.create(model=MODEL, input="x" * 32_768, dimensions=1)
    with pytest.raises(openai.BadRequestError, match="maximum context length is 8192 tokens"):
        await sdk.embeddings.create(model=MODEL, input="x" * 32_769)


async def test_an_error_has_the_status_that_the_fault_asks_for(
    sdk: openai.AsyncOpenAI, control: httpx2.AsyncClient
) -> None:
    await set_fault(control, mode="error", status=503)
    with pytest.raises(openai.InternalServerError) as failed:
        await embed(sdk)
    assert (failed.value.status_code, failed.value.type) == (503, "server_error")


async def test_too_many_requests_carry_retry_after(sdk: openai.AsyncOpenAI, control: httpx2.AsyncClient) -> None:
    await set_fault(control, mode="error", status=429, retry_after=1.5)
    with pytest.raises(openai.RateLimitError) as failed:
        await embed(sdk)
    assert failed.value.response.headers["Retry-After"] == "1.5"
    assert failed.value.code == "rate_limit_exceeded"


async def test_a_slow_answer_is_right_and_late(sdk: openai.AsyncOpenAI, control: httpx2.AsyncClient) -> None:
    healthy = await embed(sdk)
    await set_fault(control, mode="slow", latency=0.2)
    began = time.monotonic()
    assert await embed(sdk) == healthy
    assert time.monotonic() - began >= 0.2


async def test_a_hang_ends_only_by_the_callers_timeout(sdk: openai.AsyncOpenAI, control: httpx2.AsyncClient) -> None:
    await set_fault(control, mode="hang")
    with pytest.raises(openai.APITimeoutError):
        await embed(sdk, timeout=0.1)


async def test_a_reset_breaks_the_connection_and_not_the_simulator(
    sdk: openai.AsyncOpenAI, control: httpx2.AsyncClient
) -> None:
    await set_fault(control, mode="reset")
    with pytest.raises(openai.APIConnectionError) as failed:
        await embed(sdk)
    assert isinstance(failed.value.__cause__, httpx2.ReadError)
    await control.delete("/faults/*")
    assert await embed(sdk)


async def test_a_malformed_answer_is_a_success_that_is_no_json(
    sdk: openai.AsyncOpenAI, control: httpx2.AsyncClient
) -> None:
    await set_fault(control, mode="malformed")
    with pytest.raises(json.JSONDecodeError):
        await embed(sdk)


async def test_a_refused_connection_is_one_until_the_fault_is_cleared(
    sdk: openai.AsyncOpenAI, control: httpx2.AsyncClient
) -> None:
    assert await embed(sdk)  # leaves a connection open, which has to go as well
    await set_fault(control, mode="refuse")
    for _ in range(3):
        with pytest.raises(openai.APIConnectionError) as failed:
            await embed(sdk)
    assert isinstance(failed.value.__cause__, httpx2.ConnectError)
    await control.delete("/faults/*")
    assert await embed(sdk)


async def test_the_sdks_own_retries_see_each_attempt_draw_its_fate(
    simulator: Simulator, control: httpx2.AsyncClient
) -> None:
    await set_fault(control, mode="error", share=0.5, retry_after=0)
    async with openai.AsyncOpenAI(base_url=simulator.address, api_key="any", max_retries=20) as patient:
        assert await embed(patient)
    results = [one["result"] for one in (await control.get("/attempts")).json()["attempts"]]
    assert results == ["error"] * (len(results) - 1) + ["ok"]
