import pytest

from tests.service.conftest import Start

VIEWER = {"Authorization": "Bearer viewer-token"}
LONG = {"OPERATOR_TOKEN": "operator-token-for-elsewhere", "VIEWER_TOKEN": "viewer-token-for-elsewhere"}
SHOWING = [
    "/api/observability/golden-signals",
    "/api/observability/circuit-breakers",
    "/api/observability/startup-dag",
    "/api/observability/watchdogs",
    "/api/observability/events",
    "/api/observability/summary",
    "/metrics",
]
NOBODYS = ["/health", "/health/live", "/health/startup", "/identity"]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "ballast.example"])  # noqa: S104 - nothing is bound
async def test_who_looks_from_elsewhere_needs_a_token(start: Start, host: str) -> None:
    viewer, operator = ({"Authorization": f"Bearer {LONG[name]}"} for name in ("VIEWER_TOKEN", "OPERATOR_TOKEN"))
    async with start(HOST=host, **LONG) as client:
        for path in SHOWING:
            assert (await client.get(path)).status_code == 401
            assert (await client.get(path, headers={"Authorization": "Bearer wrong"})).status_code == 401
            assert (await client.get(path, headers=viewer)).status_code == 200
            assert (await client.get(path, headers=operator)).status_code == 200
        for path in NOBODYS:
            assert (await client.get(path)).status_code == 200
        routes = (await client.get(SHOWING[0], headers=viewer)).json()["routes"]
    assert routes["GET /metrics"]["requests"] == 4


async def test_a_viewer_s_token_that_was_set_is_asked_for_on_loopback_too(start: Start) -> None:
    async with start(VIEWER_TOKEN="viewer-token") as client:
        assert (await client.get(SHOWING[0])).status_code == 401
        assert (await client.get(SHOWING[0], headers=VIEWER)).status_code == 200


async def test_without_any_token_nothing_is_shown_elsewhere_and_the_log_says_so(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    async with start(HOST="0.0.0.0", OPERATOR_TOKEN="", FAULT_INJECTION="false") as client:  # noqa: S104 - not bound
        for path in SHOWING:
            assert (await client.get(path, headers={"Authorization": "Bearer "})).status_code == 404
        assert (await client.get("/health")).status_code == 200
    assert "observability_off" in caplog.messages


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
async def test_on_loopback_no_token_is_needed(start: Start, caplog: pytest.LogCaptureFixture, host: str) -> None:
    async with start(HOST=host, OPERATOR_TOKEN="", FAULT_INJECTION="false") as client:
        for path in SHOWING:
            assert (await client.get(path)).status_code == 200
    assert "observability_off" not in caplog.messages
