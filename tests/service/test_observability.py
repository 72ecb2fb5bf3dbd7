import pytest
from httpx2 import AsyncClient
from prometheus_client.parser import text_string_to_metric_families

from service.reliability.latency_histogram import LatencyHistogram
from service.web.journal import Journal, Type
from tests.service.conftest import OPERATOR, Start
from tests.service.provider import Provider, error


async def embed(client: AsyncClient) -> None:
    await client.post("/api/embeddings", json={"text": "a"})


async def test_requests_are_counted_by_route_template_and_never_by_path(client: AsyncClient) -> None:
    for number in range(5):
        await client.get(f"/api/documents/{number}")
        await client.get(f"/nowhere/{number}")
    await embed(client)
    routes = (await client.get("/api/observability/golden-signals")).json()["routes"]
    assert routes["GET /api/documents/{id}"]["client_errors"] == 5
    assert routes["GET /api/documents/{id}"]["failure"]["count"] == 5
    assert routes["unmatched"]["requests"] == 5
    assert routes["POST /api/embeddings"]["success"]["count"] == 1
    assert routes["POST /api/embeddings"]["success"]["p99"] > 0
    assert not any("nowhere" in template for template in routes)


async def test_a_server_error_is_counted_as_one(client: AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.workload.embeddings.EmbeddingAnswer", None)
    await embed(client)
    golden = (await client.get("/api/observability/golden-signals")).json()
    assert golden["routes"]["POST /api/embeddings"]["server_errors"] == 1
    assert golden["in_flight"] == 1  # the one that asks


async def test_the_journal_tells_of_every_transition_and_why(start: Start, provider: Provider) -> None:
    provider.always = error(500)
    async with start(BREAKER_CONSECUTIVE_FAILURES="2", BREAKER_OPEN_SECONDS="0.001", RETRY_MAX_RETRIES="0",
                     BREAKER_SUCCESSES_TO_CLOSE="1") as client:  # fmt: skip
        await embed(client)
        await embed(client)
        provider.always = None
        for _ in range(1000):  # a rejection takes a part of the millisecond
            await embed(client)
            if len(provider.requests) > 2:
                break
        journal = (await client.get("/api/observability/events")).json()
        identity = (await client.get("/identity")).json()
    assert (journal["instance"], journal["boot_id"]) == (identity["instance"], identity["boot_id"])
    assert [event["sequence"] for event in journal["events"]] == list(range(1, journal["next"] + 1))
    since_start = journal["events"][-4:]
    assert [(event["type"], event["subject"]) for event in since_start] == [
        ("instance_started", "instance-1"),
        ("breaker_opened", "embeddings:stable"),
        ("breaker_half_opened", "embeddings:stable"),
        ("breaker_closed", "embeddings:stable"),
    ]
    opened = since_start[1]
    assert opened["reason"] == "2 consecutive failures; the limit is 2"
    assert opened["detail"] == {
        "from": "closed", "to": "open", "generation": 2,
        "calls": 2, "failure_rate": 1.0, "slow_rate": 0.0, "consecutive_failures": 2,
    }  # fmt: skip
    assert identity["now"] - 60 < opened["at"] <= identity["now"]
    assert journal["dropped"] == 0


async def test_the_journal_is_read_in_pages(client: AsyncClient) -> None:
    for _ in range(3):
        await client.post("/api/ops/circuit-breakers/event_queue/isolate", json={"reason": "test"}, headers=OPERATOR)
    last = (await client.get("/api/observability/events")).json()["next"]
    page = (await client.get("/api/observability/events", params={"after": last - 3, "limit": 2})).json()
    assert ([event["sequence"] for event in page["events"]], page["next"]) == ([last - 2, last - 1], last - 1)
    rest = (await client.get("/api/observability/events", params={"after": page["next"]})).json()
    assert ([event["sequence"] for event in rest["events"]], rest["next"]) == ([last], last)
    nothing = (await client.get("/api/observability/events", params={"after": last})).json()
    assert (nothing["events"], nothing["next"], nothing["dropped"]) == ([], last, 0)


@pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=0", "limit=10001"])
async def test_a_page_that_cannot_be_is_refused(client: AsyncClient, query: str) -> None:
    assert (await client.get(f"/api/observability/events?{query}")).status_code == 422


def test_the_journal_is_bounded_and_a_reader_learns_what_it_missed() -> None:
    journal = Journal(kept=3)
    for _ in range(5):
        journal.record(Type.BREAKER_OPENED, "thing", "reason")
    events, dropped = journal.after(0, 10)
    assert ([event.sequence for event in events], dropped) == ([3, 4, 5], 2)
    assert journal.after(4, 10)[1] == 0


async def test_looking_at_a_breaker_changes_nothing(start: Start, provider: Provider) -> None:
    provider.always = error(500)
    async with start(BREAKER_CONSECUTIVE_FAILURES="1", BREAKER_OPEN_SECONDS="0.001") as client:
        await embed(client)
        looks = [(await client.get("/api/observability/circuit-breakers")).json() for _ in range(3)]
    assert [look["circuit_breakers"][0]["state"] for look in looks] == ["open"] * 3
    assert [each["name"] for each in looks[0]["circuit_breakers"]] == [
        "embeddings:stable",
        "document_database",
        "event_queue",
    ]


async def test_the_watchdogs_show_the_providers_latency_and_the_depth_of_the_queue(start: Start) -> None:
    async with start(QUEUE_DEPTH_WARNING="2", QUEUE_DEPTH_ALERT="2", AI_LATENCY_WARNING_SECONDS="60",
                     AI_LATENCY_ALERT_SECONDS="60") as client:  # fmt: skip
        await embed(client)
        for number in range(3):
            event = {"topic": "document.created", "document_id": f"d{number}"}
            assert (await client.post("/api/events", json=event)).status_code == 202
        watched = (await client.get("/api/observability/watchdogs")).json()
    assert watched["ai_latency"]["count"] == 1
    assert 0 < watched["ai_latency"]["p50"] <= watched["ai_latency"]["p99"] < 60
    assert watched["ai_latency"]["watchdog"]["state"] == "ok"
    (depth,) = watched["queue_depth"]
    assert (depth["agent"], depth["topic"], depth["waiting"]) == ("indexer", "document.created", 3)
    assert depth["oldest_seconds"] >= 0
    assert (depth["watchdog"]["state"], watched["state"]) == ("alert", "alert")


async def test_a_fallback_is_not_hidden_from_the_figures(start: Start, provider: Provider) -> None:
    provider.always = error(500)
    async with start(BREAKER_CONSECUTIVE_FAILURES="1") as client:
        for _ in range(3):
            await embed(client)
        summary = (await client.get("/api/observability/summary")).json()
    assert {reason: count for reason, count in summary["fallbacks"].items() if count} == {"circuit_open": 3}
    assert set(summary["fallbacks"]) > {"provider_failed", "flag_off", "brownout", "safe_mode"}
    assert summary["circuit_breakers"]["embeddings:stable"] == "open"
    assert summary["status"] == "degraded"
    assert (summary["server_errors"], summary["instance"]) == (0, "instance-1")


async def test_the_metrics_are_in_the_format_of_prometheus(client: AsyncClient) -> None:
    await embed(client)
    scraped = await client.get("/metrics")
    assert scraped.headers["content-type"].startswith("text/plain; version=")
    samples = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(scraped.text)
        for sample in family.samples
    }
    route = ("route", "POST /api/embeddings")
    count = ("ballast_request_duration_seconds_count", (("outcome", "success"), route))
    assert samples[count] == 1
    bucket = ("ballast_request_duration_seconds_bucket", (("le", "+Inf"), ("outcome", "success"), route))
    assert samples[bucket] == 1
    state = ("ballast_circuit_breaker_state", (("breaker", "embeddings:stable"), ("state", "closed")))
    assert samples[state] == 1
    assert samples[("ballast_attempt_duration_seconds_count", (("dependency", "embeddings"),))] == 1
    assert samples[("ballast_queue_depth", (("agent", "indexer"), ("topic", "document.created")))] == 0


async def test_neither_metrics_nor_summary_compute_quantiles_that_they_do_not_show(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []

    def quantile(_: LatencyHistogram, q: float) -> None:
        asked.append(q)

    monkeypatch.setattr(LatencyHistogram, "quantile", quantile)
    for path in ("/metrics", "/api/observability/summary"):
        asked.clear()
        assert (await client.get(path)).status_code == 200
        assert asked == [0.99, 0.99]  # of the two watchdogs that watch one


async def test_health_tells_apart_what_lives_what_started_and_how_it_is(start: Start, provider: Provider) -> None:
    provider.always = error(500)
    async with start(BREAKER_CONSECUTIVE_FAILURES="1") as client:
        before = (await client.get("/health")).json()
        await embed(client)
        live, startup, overall = [await client.get(path) for path in ("/health/live", "/health/startup", "/health")]
    assert before["status"] == "ok"
    assert (live.status_code, live.json()) == (200, {"status": "ok"})
    assert (startup.status_code, startup.json()["status"]) == (200, "ok")
    assert (overall.status_code, overall.json()["status"]) == (200, "degraded")


async def test_a_provider_that_was_away_at_the_start_alone_leaves_the_instance_well(
    start: Start, provider: Provider
) -> None:
    provider.models = error(503)
    async with start(HEALTH_GATE_INTERVAL_SECONDS="0.01", HEALTH_GATE_PASSES="1") as client:
        provider.models = None
        while not all(gate["ready"] for gate in (await client.get("/health/ready")).json()["health_gates"]):
            await embed(client)
        startup, overall = [(await client.get(path)).json() for path in ("/health/startup", "/health")]
        shown = (await client.get("/api/observability/startup-dag")).json()
        summary = (await client.get("/api/observability/summary")).json()
    assert (overall["status"], summary["status"]) == ("ok", "ok")
    assert startup == shown
    assert (shown["status"], {node["id"]: node["status"] for node in shown["nodes"]}["embeddings"]) == (
        "degraded",
        "degraded",
    )


async def test_the_start_is_shown_node_by_node(client: AsyncClient) -> None:
    shown = (await client.get("/api/observability/startup-dag")).json()
    assert [(node["id"], node["rank"], node["status"], node["critical"]) for node in shown["nodes"]] == [
        ("migrations", 0, "started", True),
        ("control_store", 1, "started", True),
        ("document_database", 1, "started", True),
        ("event_queue", 1, "started", True),
        ("embeddings", 2, "started", False),
        ("fleet_signals", 2, "started", False),
        ("health_gates", 2, "started", True),
        ("watchdogs", 2, "started", False),
        ("indexer", 3, "started", False),
    ]
    assert all(node["seconds"] >= 0 for node in shown["nodes"])


async def test_the_identity_says_what_may_be_done_to_this_service(start: Start) -> None:
    async with start(ENVIRONMENT="staging", LOAD_TESTS_ALLOWED="true") as client:
        identity = (await client.get("/identity")).json()
    assert (identity["service"], identity["environment"], identity["load_tests_allowed"]) == (
        "ballast",
        "staging",
        True,
    )
    assert (identity["instance"], identity["reliability"]) == ("instance-1", True)
    assert set(identity) == {
        "service", "version", "environment", "load_tests_allowed", "instance", "boot_id", "reliability", "now",
    }  # fmt: skip


async def test_without_the_reliability_system_nothing_is_shown_that_is_not_measured(start: Start) -> None:
    async with start(USE_RELIABILITY_SYSTEM="false") as client:
        assert (await client.get("/identity")).json()["reliability"] is False
        for scope in ("instance", "fleet"):
            shown = (await client.get(f"/api/observability/circuit-breakers?scope={scope}")).json()
            alone = shown if scope == "instance" else shown["instances"][0]
            assert alone["circuit_breakers"] == []
        assert (await client.get("/api/observability/golden-signals")).status_code == 404
        assert (await client.get("/health")).json()["status"] == "ok"
