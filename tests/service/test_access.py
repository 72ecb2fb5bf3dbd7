"""Tokens of two roles, their rotation, and what many wrong ones come to."""

from collections.abc import AsyncIterator

import pytest
from httpx2 import AsyncClient, Response

from service.web.log import LOGGER
from tests.service.conftest import OPERATOR, Start

VIEWER = {"Authorization": "Bearer viewer-token"}
WRONG = {"Authorization": "Bearer guessed-token"}
LOOKING, CHANGING = "/api/observability/summary", "/api/ops/faults"


@pytest.fixture
async def guarded(start: Start) -> AsyncIterator[AsyncClient]:
    async with start(VIEWER_TOKEN="viewer-token") as client:
        yield client


async def guess(client: AsyncClient, times: int, path: str = CHANGING) -> list[Response]:
    return [await client.get(path, headers=WRONG) for _ in range(times)]


async def told(client: AsyncClient) -> list[dict[str, object]]:
    events = (await client.get("/api/observability/events", headers=OPERATOR)).json()["events"]
    return [event for event in events if event["type"] == "wrong_tokens"]


async def test_a_viewer_is_known_and_is_no_operator(guarded: AsyncClient) -> None:
    assert (await guarded.get(LOOKING, headers=VIEWER)).status_code == 200
    refused = await guarded.get(CHANGING, headers=VIEWER)
    assert (refused.status_code, refused.json()["type"]) == (403, "forbidden")
    assert refused.json()["detail"] == "this is a viewer's token; expected an operator's"


async def test_an_operator_may_look_too(guarded: AsyncClient) -> None:
    assert (await guarded.get(LOOKING, headers=OPERATOR)).status_code == 200


async def test_a_viewer_cannot_force_a_variant(start: Start) -> None:
    tokens = {"VIEWER_TOKEN": "viewer-token", "EMBEDDING_CANARY_MODEL": "text-embedding-3-large"}
    async with start(**tokens) as client:
        forced = {"X-Variant": "canary"}
        answers = [
            await client.post("/api/embeddings", json={"text": "a"}, headers={**forced, **headers})
            for headers in ({}, WRONG, VIEWER, OPERATOR)
        ]
    assert [answer.status_code for answer in answers] == [401, 401, 403, 200]


@pytest.mark.parametrize("operators", ["operator-token,next-token", "next-token,operator-token"])
async def test_while_a_token_is_replaced_both_are_good(start: Start, operators: str) -> None:
    async with start(OPERATOR_TOKEN=operators, VIEWER_TOKEN="viewer-token,viewer-next") as client:
        for token in ("operator-token", "next-token"):
            assert (await client.get(CHANGING, headers={"Authorization": f"Bearer {token}"})).status_code == 200
        for token in ("viewer-token", "viewer-next"):
            assert (await client.get(LOOKING, headers={"Authorization": f"Bearer {token}"})).status_code == 200
        both = await client.get(CHANGING, headers={"Authorization": f"Bearer {operators}"})
    assert both.status_code == 401


async def test_a_replaced_token_is_unknown(start: Start) -> None:
    async with start(OPERATOR_TOKEN="next-token") as client:
        assert (await client.get(CHANGING, headers=OPERATOR)).status_code == 401


async def test_many_wrong_tokens_are_told_to_wait_and_right_ones_never(guarded: AsyncClient) -> None:
    answers = await guess(guarded, 12)
    assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 2
    assert answers[-1].json()["type"] == "too_many_wrong_tokens"
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 6
    assert (await guarded.get(CHANGING, headers=OPERATOR)).status_code == 200
    assert (await guarded.get(LOOKING, headers=VIEWER)).status_code == 200
    assert (await guarded.get(CHANGING, headers=VIEWER)).status_code == 403


async def test_wrong_tokens_count_wherever_they_are_tried(guarded: AsyncClient) -> None:
    await guess(guarded, 10, LOOKING)
    (answer,) = await guess(guarded, 1)
    assert answer.status_code == 429


async def test_who_gives_no_token_does_not_count(guarded: AsyncClient) -> None:
    for headers in ({}, {"Authorization": "Basic b3BlcmF0b3I="}, {"Authorization": "Bearer "}) * 10:
        assert (await guarded.get(CHANGING, headers=headers)).status_code == 401
    (answer,) = await guess(guarded, 1)
    assert answer.status_code == 401


async def test_a_spell_of_wrong_tokens_is_told_once_and_no_token_with_it(
    guarded: AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    answers = await guess(guarded, 30)
    (event,) = await told(guarded)
    records = [record for record in caplog.records if record.name == LOGGER.name and record.message == "wrong_tokens"]
    assert event["subject"] == "instance-1"
    assert len(records) == 1
    told_of = "".join((str(event), *(str(vars(record)) for record in caplog.records), *(each.text for each in answers)))
    assert "guessed-token" not in told_of
    assert "operator-token" not in told_of


async def test_a_few_wrong_tokens_are_no_news(guarded: AsyncClient) -> None:
    await guess(guarded, 10)
    assert await told(guarded) == []
