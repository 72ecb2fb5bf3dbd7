"""What the journal tells of modes, quarantines and flags."""

import asyncio
from typing import Any

from httpx2 import AsyncClient

from tests.service.conftest import Start
from tests.service.levers import WHY, embed, put

LOOKS = 1200  # at most, with a pause of 50 ms after each


async def events(client: AsyncClient, kind: str) -> list[dict[str, Any]]:
    found = (await client.get("/api/observability/events")).json()["events"]
    return [event for event in found if event["type"] == kind]


async def test_the_journal_tells_what_was_changed_by_whom_and_why(start: Start) -> None:
    async with start() as client:
        await put(client, "safe-mode", on=True)
        await put(client, "agents/indexer/quarantine", on=True)
        await put(client, "agents/indexer/quarantine", who="bob", on=False)
        await put(client, "flags/provider_embeddings", percentage=25)
        (mode,) = await events(client, "mode_changed")
        (held,) = await events(client, "agent_quarantined")
        (released,) = await events(client, "agent_released")
        (changed,) = await events(client, "flag_changed")
    assert (mode["subject"], mode["reason"], mode["detail"]["on"], mode["detail"]["by"]) == (
        "safe_mode",
        WHY,
        True,
        "ann",
    )
    assert (held["subject"], released["subject"], released["detail"]["by"]) == ("indexer", "indexer", "bob")
    assert (changed["subject"], changed["detail"]["percentage"]) == ("provider_embeddings", 25)


async def test_what_is_in_force_is_told_anew_after_a_restart_and_what_has_ended_is_not(start: Start) -> None:
    async with start() as client:
        await put(client, "safe-mode", on=True)
        await put(client, "brownout", on=True)
        await put(client, "brownout", on=False)
    async with start() as client:
        assert (await embed(client))["reason"] == "safe_mode"
        assert [event["subject"] for event in await events(client, "mode_changed")] == ["safe_mode"]


async def test_the_journal_tells_that_a_mode_has_ended_by_its_time(start: Start) -> None:
    async with start() as client:
        await put(client, "brownout", on=True, ttl=0.2)
        for _ in range(LOOKS):
            await client.get("/api/observability/modes")  # which has the copy read, once it is old enough
            if len(told := await events(client, "mode_changed")) > 1:
                break
            await asyncio.sleep(0.05)
    assert [(event["detail"]["on"], event["reason"]) for event in told] == [(True, WHY), (False, "its time is over")]
    assert told[1]["detail"]["since"] == told[0]["detail"]["until"]
