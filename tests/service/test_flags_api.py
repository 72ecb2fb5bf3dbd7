"""Whom a flag gives the provider to, and what is shown of it."""

from typing import Any

from httpx2 import AsyncClient

from tests.service.conftest import Start
from tests.service.levers import embed, put


async def flag(client: AsyncClient) -> dict[str, Any]:
    (found,) = (await client.get("/api/observability/flags")).json()["flags"]
    return dict(found)


async def test_a_percentage_gives_the_provider_to_that_share_and_to_the_same_callers_each_time(start: Start) -> None:
    async with start() as client:
        await put(client, "flags/provider_embeddings", percentage=50)
        first = [(await embed(client, str(caller)))["source"] for caller in range(60)]
        again = [(await embed(client, str(caller)))["source"] for caller in range(60)]
        shown = await flag(client)
    assert first == again
    assert 15 < first.count("provider") < 45
    assert (shown["value"], shown["reason"], shown["percentage"]) == (None, "SPLIT", 50)


async def test_the_environment_counts_until_an_operator_says_otherwise(start: Start) -> None:
    async with start(FLAG_PROVIDER_EMBEDDINGS="false") as client:
        assert (await embed(client))["reason"] == "flag_off"
        assert ((await flag(client))["value"], (await flag(client))["reason"]) == (False, "STATIC")
        await put(client, "flags/provider_embeddings", value=True)
        assert (await embed(client))["source"] == "provider"
        assert (await flag(client))["reason"] == "TARGETING_MATCH"
        await put(client, "flags/provider_embeddings")
        assert (await flag(client))["reason"] == "STATIC"


async def test_a_flag_is_shown_with_what_there_is_to_know_of_it(start: Start) -> None:
    async with start() as client:
        before = await flag(client)
        await put(client, "brownout", on=True)
        after = await flag(client)
    assert before == {
        "name": "provider_embeddings",
        "default": True,
        "description": "Callers' texts are embedded by the provider.",
        "owner": "search",
        "variable": "FLAG_PROVIDER_EMBEDDINGS",
        "brownout_capable": True,
        "fallback": "an embedding made here, by hashing",
        "value": True,
        "variant": "on",
        "reason": "DEFAULT",
        "percentage": None,
        "entry": None,
    }
    assert (after["value"], after["variant"], after["reason"]) == (False, "fallback", "brownout")
