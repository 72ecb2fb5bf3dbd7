import asyncio

import pytest
from httpx2 import AsyncClient, Response

from tests.service.conftest import OPERATOR, Start
from tests.service.provider import Provider, error

CANARY = "text-embedding-3-large"
QUICK = {
    "EMBEDDING_CANARY_MODEL": CANARY,
    "ROLLOUT_STEPS": "0.5,1",
    "ROLLOUT_MINIMUM_HOLD_SECONDS": "0.001",
    "RETRY_MAX_RETRIES": "0",
}


async def embed(client: AsyncClient, caller: int = 0, **headers: str) -> Response:
    return await client.post(
        "/api/embeddings", json={"text": "a"}, headers={"X-Caller-Id": f"caller {caller}", **headers}
    )


async def operate(client: AsyncClient, verb: str, **wish: object) -> Response:
    return await client.post(
        f"/api/ops/rollouts/embeddings/{verb}", json={"reason": "because", **wish}, headers=OPERATOR
    )


async def shown(client: AsyncClient) -> dict[str, object]:
    rollouts = (await client.get("/api/observability/rollouts")).json()["rollouts"]
    found: dict[str, object] = rollouts[0]
    return found


async def reaches(client: AsyncClient, status: str) -> dict[str, object]:
    """Send requests until the rollout has a status, in rounds that leave the service's task its time."""
    for number in range(2000):
        await asyncio.gather(*(embed(client, caller) for caller in range(number * 10, number * 10 + 10)))
        rollout = await shown(client)
        if rollout["status"] == status:
            return rollout
        await asyncio.sleep(0.01)
    raise AssertionError(rollout)


async def test_without_a_start_everyone_is_served_by_the_stable_model(start: Start, provider: Provider) -> None:
    async with start(**QUICK) as client:
        answers = [await embed(client, caller) for caller in range(20)]
        assert (await shown(client))["status"] is None
    assert {answer.json()["variant"] for answer in answers} == {"stable"}
    assert {body["model"] for body in provider.bodies} == {"text-embedding-3-small"}


async def test_a_rollout_asks_the_canary_model_for_its_share_of_the_callers(start: Start, provider: Provider) -> None:
    async with start(**QUICK) as client:
        assert (await operate(client, "start")).json()["planned_share"] == 0.5
        answers = [await embed(client, caller) for caller in range(100)]
        again = [await embed(client, caller) for caller in range(100)]
    sides = [answer.headers["x-variant"] for answer in answers]
    assert 30 < sides.count("canary") < 70
    assert sides == [answer.headers["x-variant"] for answer in again]
    assert [body["model"] == CANARY for body in provider.bodies[:100]] == [side == "canary" for side in sides]


async def test_a_failing_canary_is_rolled_back_and_stays_so_after_a_restart(start: Start, provider: Provider) -> None:
    async with start(**QUICK) as client:
        provider.failing = {CANARY}
        await operate(client, "start")
        rollout = await reaches(client, "rolled_back")
        assert "error: " in str(rollout["last_decision"])
        events = (await client.get("/api/observability/events")).json()["events"]
    rolled_back = [event for event in events if event["type"] == "rollout_rolled_back"]
    assert len(rolled_back) == 1
    assert rolled_back[0]["detail"]["slo"] == "error"
    async with start(**QUICK) as client:
        answers = [await embed(client, caller) for caller in range(20)]
        assert (await shown(client))["status"] == "rolled_back"
    assert {answer.headers["x-variant"] for answer in answers} == {"stable"}


async def test_a_healthy_canary_gets_everyone(start: Start) -> None:
    async with start(**QUICK) as client:
        await operate(client, "start")
        rollout = await reaches(client, "succeeded")
        assert "passed by evidence" in str(rollout["last_decision"])
        assert (await embed(client, 7)).json()["variant"] == "canary"


async def test_an_outage_of_both_models_holds_the_rollout_on_its_first_step(start: Start, provider: Provider) -> None:
    async with start(**QUICK | {"ROLLOUT_STEPS": "0.3,0.6,1"}) as client:
        await operate(client, "start", step=0.6)
        provider.always = error(500)
        rollout = await reaches(client, "holding")
    assert rollout["planned_share"] == 0.3
    assert "stable ones too" in str(rollout["last_decision"])


async def test_a_start_while_one_runs_is_refused_and_shows_it(start: Start) -> None:
    async with start(**QUICK) as client:
        await operate(client, "start")
        refused = await operate(client, "start")
    assert refused.status_code == 409
    assert "generation 1 is running at 0.5" in refused.json()["detail"]


async def test_a_paused_rollout_keeps_its_weight_and_goes_on_when_resumed(start: Start) -> None:
    async with start(**QUICK) as client:
        await operate(client, "start")
        assert (await operate(client, "pause")).json()["status"] == "paused"
        assert (await operate(client, "resume")).json()["status"] == "running"
        assert (await operate(client, "promote")).json()["planned_share"] == 1
        assert (await operate(client, "roll-back")).json()["planned_share"] == 0
        refused = await operate(client, "resume")
    assert refused.status_code == 409
    assert "it is rolled_back; expected one of paused" in refused.json()["detail"]


@pytest.mark.parametrize("verb", ["pause", "resume", "promote", "roll-back"])
async def test_what_was_never_started_cannot_be_changed(start: Start, verb: str) -> None:
    async with start(**QUICK) as client:
        refused = await operate(client, verb)
    assert (refused.status_code, refused.json()["detail"]) == (409, "embeddings: it was never started")


async def test_a_step_that_there_is_not_is_refused_with_those_that_there_are(start: Start) -> None:
    async with start(**QUICK) as client:
        refused = await operate(client, "start", step=0.2)
    assert "step is 0.2; expected one of 0.5, 1" in refused.json()["detail"]


async def test_an_unknown_rollout_is_not_found_and_the_known_are_named(start: Start) -> None:
    async with start(**QUICK) as client:
        answer = await client.post("/api/ops/rollouts/nothing/start", json={"reason": "r"}, headers=OPERATOR)
    assert (answer.status_code, "expected one of: embeddings" in answer.json()["detail"]) == (404, True)


async def test_only_an_operator_forces_a_variant_and_it_counts_as_nothing(start: Start) -> None:
    async with start(**QUICK) as client:
        assert (await embed(client, 1, **{"X-Variant": "canary"})).status_code == 401
        assert (await embed(client, 1, **{"X-Variant": "other"}, **OPERATOR)).status_code == 422
        assert (await embed(client, 1, **{"X-Variant": ""}, **OPERATOR)).status_code == 422
        await operate(client, "start")
        forced = await embed(client, 1, **{"X-Variant": "canary"}, **OPERATOR)
        assert forced.json()["variant"] == "canary"
        counts = await shown(client)
    assert counts["measured_share"] is None


async def test_a_dry_run_shows_what_would_become_of_it_and_changes_nothing(start: Start) -> None:
    async with start(**QUICK) as client:
        dry = (await operate(client, "start", dry_run=True)).json()
        assert (dry["status"], dry["planned_share"], dry["version"]) == ("running", 0.5, 1)
        assert (await shown(client))["status"] is None
        await operate(client, "start")
        dry = (await operate(client, "roll-back", dry_run=True)).json()
        assert (dry["status"], dry["planned_share"], dry["version"]) == ("rolled_back", 0, 2)
        assert (await shown(client))["status"] == "running"
        refused = await operate(client, "resume", dry_run=True)
        audit = (await client.get("/api/ops/audit", headers=OPERATOR)).json()
    assert refused.status_code == 409
    assert [line["action"] for line in audit["lines"]] == ["start"]


async def test_a_change_of_another_version_than_was_seen_is_refused_with_what_is_there(start: Start) -> None:
    async with start(**QUICK) as client:
        assert (await operate(client, "start", expected_version=0)).status_code == 200
        named = {**OPERATOR, "X-Operator": "ann"}
        await client.post("/api/ops/rollouts/embeddings/pause", json={"reason": "too fast"}, headers=named)
        refused = await operate(client, "promote", expected_version=1)
        assert (refused.status_code, refused.json()["type"]) == (409, "conflict")
        assert "rollout:embeddings is at version 2; expected 1" in refused.json()["detail"]
        current = refused.json()["current"]
        assert (current["status"], current["last"]["by"], current["last"]["reason"]) == ("paused", "ann", "too fast")
        assert (await operate(client, "promote", expected_version=2)).status_code == 200


async def test_a_change_that_cannot_be_made_is_refused_with_what_is_there(start: Start) -> None:
    async with start(**QUICK) as client:
        never = await operate(client, "pause")
        await operate(client, "start")
        refused = await operate(client, "start")
    assert (never.status_code, never.json()["current"]["status"]) == (409, None)
    assert (refused.status_code, refused.json()["current"]["generation"]) == (409, 1)


@pytest.mark.parametrize(
    "wish", [{"reason": " "}, {"expected_version": -1}, {"expected_version": "one"}, {"dry_run": "yes"}, {"ttl": 5}]
)
async def test_a_wish_that_cannot_be_is_refused(start: Start, wish: dict[str, object]) -> None:
    async with start(**QUICK) as client:
        assert (await operate(client, "start", **wish)).status_code == 422


async def test_the_instance_that_rolled_back_tells_so_and_the_others_only_see_it(start: Start) -> None:
    async def kinds(client: AsyncClient) -> set[str]:
        await client.post("/api/embeddings", json={"text": "a"})  # which reads the control documents when it is time
        events = (await client.get("/api/observability/events")).json()["events"]
        return {event["type"] for event in events if event["detail"].get("status") == "rolled_back"}

    canary = {"EMBEDDING_CANARY_MODEL": CANARY}
    async with start(INSTANCE_ID="a", **canary) as first, start(INSTANCE_ID="b", **canary) as second:
        for verb in ("start", "roll-back"):
            url = f"/api/ops/rollouts/embeddings/{verb}"
            assert (await first.post(url, json={"reason": "a test"}, headers=OPERATOR)).status_code == 200
        for _ in range(1200):
            if seen := await kinds(second):
                break
            await asyncio.sleep(0.05)
        assert seen == {"rollout_seen"}
        assert "rollout_rolled_back" in await kinds(first)
