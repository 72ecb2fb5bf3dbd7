import pytest

from tests.service.conftest import OPERATOR, Start

SECRETS = {"ORIGIN_SECRET_A": "first-secret", "ORIGIN_SECRET_B": "second-secret"}


@pytest.mark.parametrize(
    "path", ["/health", "/identity", "/metrics", "/api/documents/d1", "/api/ops/faults", "/nowhere"]
)
async def test_what_did_not_come_through_the_edge_is_refused(start: Start, path: str) -> None:
    async with start(**SECRETS) as client:
        for headers in ({}, {"X-Origin-Secret": ""}, {"X-Origin-Secret": "wrong"}, OPERATOR):
            answer = await client.get(path, headers=headers)
            assert (answer.status_code, answer.json()["type"]) == (403, "not_through_the_edge")
            assert answer.headers["x-request-id"] == answer.json()["request_id"]


@pytest.mark.parametrize("secret", SECRETS.values())
async def test_either_secret_is_good_so_that_the_other_can_be_changed(start: Start, secret: str) -> None:
    async with start(**SECRETS) as client:
        assert (await client.get("/health", headers={"X-Origin-Secret": secret})).status_code == 200


async def test_a_secret_that_is_not_set_is_good_for_nothing(start: Start) -> None:
    async with start(ORIGIN_SECRET_A="first-secret") as client:
        assert (await client.get("/health", headers={"X-Origin-Secret": ""})).status_code == 403


async def test_the_platform_and_the_pump_ask_directly(start: Start) -> None:
    async with start(**SECRETS) as client:
        assert (await client.get("/health/live")).status_code == 200
        delivery = await client.post("/internal/agents/indexer/deliver", json={})
        assert delivery.status_code == 401  # its own token's word


@pytest.mark.parametrize("reliability", ["true", "false"])
async def test_the_edge_is_asked_for_with_and_without_the_reliability_system(start: Start, reliability: str) -> None:
    async with start(**SECRETS, USE_RELIABILITY_SYSTEM=reliability) as client:
        assert (await client.get("/health")).status_code == 403


async def test_what_is_refused_at_the_edge_counts_as_the_caller_s_mistake(start: Start) -> None:
    async with start(ORIGIN_SECRET_A="first-secret") as client:
        await client.get("/api/documents/d1")
        headers = {"X-Origin-Secret": "first-secret"}
        routes = (await client.get("/api/observability/golden-signals", headers=headers)).json()["routes"]
    assert (routes["unmatched"]["client_errors"], routes["unmatched"]["server_errors"]) == (1, 0)
