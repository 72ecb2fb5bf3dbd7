"""What the service shows of its watchdogs."""

import pytest
from httpx2 import AsyncClient

from service.watchdogs.config import Figure
from tests.service.conftest import Start

UNDELAYED = {"EVENT_LOOP_DELAY_WARNING_SECONDS": "3600", "EVENT_LOOP_DELAY_ALERT_SECONDS": "3600"}
"""For what the machine's other work must not change."""


async def events(client: AsyncClient, kind: str) -> list[tuple[str, str]]:
    journal = (await client.get("/api/observability/events")).json()["events"]
    return [(event["subject"], event["reason"]) for event in journal if event["type"] == kind]


async def test_a_look_at_the_service_tells_the_journal_the_metrics_and_the_summary(start: Start) -> None:
    async with start(QUEUE_DEPTH_WARNING="2", QUEUE_DEPTH_ALERT="3", **UNDELAYED) as client:
        for number in range(3):
            event = {"topic": "document.created", "document_id": f"d{number}"}
            assert (await client.post("/api/events", json=event)).status_code == 202
        shown = (await client.get("/api/observability/watchdogs")).json()
        summary = (await client.get("/api/observability/summary")).json()
        metrics = (await client.get("/metrics")).text
        alerts = await events(client, "watchdog_alerted")
    name = "queue_depth:indexer:document.created"
    assert alerts == [(name, "3 events; the alert threshold is 3")]
    assert (summary["alerting"], summary["warning"], summary["webhook"]) == ([name], [], {})
    labels = 'subject="indexer:document.created",watchdog="queue_depth"'
    assert f'ballast_watchdog_state{{state="alert",{labels}}} 1.0' in metrics
    assert f"ballast_watchdog_value{{{labels}}} 3.0" in metrics
    (queue,) = shown["queue_depth"]
    listed = {(each["name"], each["subject"]): each for each in shown["watchdogs"]}
    assert listed["queue_depth", "indexer:document.created"]["state"] == queue["watchdog"]["state"] == "alert"
    assert {name for name, _ in listed} == {*Figure, "uptime"}
    assert all(each["seconds_in_state"] >= 0 for each in shown["watchdogs"])
    assert {subject for name, subject in listed if name == "thread_saturation"} == {"documents", "events", "control"}
    assert 0 < shown["memory"]["used_bytes"] < shown["memory"]["limit_bytes"]
    assert (shown["saturation"]["in_flight"], shown["saturation"]["request_capacity"]) == (1, 80)
    assert shown["uptime_seconds"] > 0


async def test_a_request_that_holds_the_loop_up_is_seen_as_its_delay(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    def count_for_long(**_: object) -> int:
        return sum(range(12_000_000))  # a fifth of a second on any machine of today

    async with start(EVENT_LOOP_DELAY_WARNING_SECONDS="0.01", EVENT_LOOP_DELAY_ALERT_SECONDS="3600") as client:
        monkeypatch.setattr("service.workload.embeddings.EmbeddingAnswer", count_for_long)
        await client.post("/api/embeddings", json={"text": "a"})
        shown = (await client.get("/api/observability/watchdogs")).json()
    assert shown["event_loop_delay"]["longest"] > 0.01
    assert shown["event_loop_delay"]["watchdog"]["state"] == "warning"


async def test_without_the_reliability_system_what_is_not_measured_is_not_shown(start: Start) -> None:
    async with start(USE_RELIABILITY_SYSTEM="false") as client:
        shown = (await client.get("/api/observability/watchdogs")).json()
    assert (shown["saturation"]["in_flight"], shown["event_loop_delay"]["p99"]) == (None, None)
    assert shown["memory"]["watchdog"]["value"] > 0
