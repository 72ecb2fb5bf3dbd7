"""Whether the page shows what the watchdogs tell, of this service and of one from before there were so many."""

import json
from typing import Any

from playwright.sync_api import Route, expect

from tests.browser.conftest import Open
from tests.browser.dashboard import PROMISE, Dashboard
from tests.browser.service import Service

WATCHDOGS = "**/api/observability/watchdogs"
NONE = "\N{EN DASH}"


def watchdog(name: str, **changed: object) -> dict[str, object]:
    calm = {"unit": "events", "value": 0, "warning_threshold": 80, "alert_threshold": 100, "state": "ok"}
    return {"name": name, **calm, **changed}


def cell(dashboard: Dashboard, row: str, column: str) -> str:
    return dashboard.row("watchdogs", row).locator(f'[data-label="{column}"]').inner_text()


def test_every_watchdog_of_a_real_service_is_shown(service: Service, open_page: Open) -> None:
    service.embed(1)
    dashboard = open_page(service.address)
    for row in (
        "event loop delay, p99",
        "memory",
        "requests in flight",
        "documents threads at work",
        "AI latency, p99",
    ):
        expect(dashboard.state("watchdogs", row)).to_have_text("ok")
    queue = "indexer: document.created"
    for row in ("waiting", "age of the oldest", "dead letters", "dead letters a minute"):
        expect(dashboard.state("watchdogs", f"{queue} {row}")).to_have_text("ok")
    assert "%" in cell(dashboard, "memory", "Now")
    assert cell(dashboard, "memory", "Alerts at") == "90 %"
    assert cell(dashboard, "uptime", "Alerts at") == NONE
    expect(dashboard.row("watchdogs", queue).locator('[data-label="Empty in"]')).to_be_visible()
    expect(dashboard.page.locator(".verdict")).to_contain_text("All is well")


def test_what_alerts_is_named_in_the_verdict_and_its_reason_in_the_card(service: Service, open_page: Open) -> None:
    def answer(route: Route) -> None:
        told: dict[str, Any] = route.fetch().json()
        for each in told["watchdogs"]:
            if each["name"] in {"memory", "queue_depth"}:
                state = "alert" if each["name"] == "memory" else "warning"
                each |= {"state": state, "reason": f"the reason of {each['name']}", "seconds_in_state": 75}
        route.fulfill(status=200, body=json.dumps(told | {"state": "alert"}))

    dashboard = open_page(service.address)
    dashboard.page.route(WATCHDOGS, answer)
    dashboard.wait(PROMISE)
    verdict = dashboard.page.locator(".verdict")
    expect(verdict).to_contain_text("watchdogs alert: memory")
    expect(verdict).to_contain_text("watchdogs warn: indexer: document.created waiting")
    expect(dashboard.row("watchdogs", "memory")).to_contain_text("the reason of memory")
    assert cell(dashboard, "memory", "Since") == "1 min 15 s"


def test_a_service_that_lists_no_watchdogs_is_still_shown(service: Service, open_page: Open) -> None:
    queue = {
        "watchdog": watchdog("queue_depth", value=120, state="alert"),
        "agent": "painter",
        "topic": "picture.drawn",
        "oldest_seconds": None,
        "dead_letters_watchdog": watchdog("dead_letters", warning_threshold=0.8, alert_threshold=1),
    }
    told = {
        "state": "alert",
        "ai_latency": {"watchdog": watchdog("ai_latency_p99", unit="seconds", value=None)},
        "queue_depth": [queue],
        "error": "",
    }
    dashboard = open_page(service.address)
    dashboard.page.route(WATCHDOGS, lambda route: route.fulfill(status=200, body=json.dumps(told)))
    dashboard.wait(PROMISE)
    assert cell(dashboard, "painter: picture.drawn waiting", "Now") == "120"
    assert cell(dashboard, "AI latency, p99", "Now") == NONE
    expect(dashboard.page.locator(".verdict")).to_contain_text("watchdogs alert: painter: picture.drawn waiting")
