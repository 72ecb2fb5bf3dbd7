"""Whether the page shows what the watchdogs of each instance tell: in full what is not well, in a line what is."""

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Route, expect

from tests.browser.conftest import Open
from tests.browser.dashboard import PROMISE, Dashboard
from tests.browser.service import Service

WATCHDOGS = "**/api/observability/watchdogs?scope=fleet"
NONE = "\N{EN DASH}"
QUEUE = "indexer: document.created"


def play(dashboard: Dashboard, count: int, change: Callable[[list[dict[str, Any]]], object], **whole: object) -> None:
    """Have as many instances tell what a change makes of what the first one does."""

    def answer(route: Route) -> None:
        told: dict[str, Any] = route.fetch().json()
        first = json.dumps(told["instances"][0])
        told["instances"] = [{**json.loads(first), "instance": f"main-{number + 1}"} for number in range(count)]
        change(told["instances"])
        route.fulfill(status=200, body=json.dumps(told | whole))

    dashboard.page.unroute_all()
    dashboard.page.route(WATCHDOGS, answer)
    dashboard.wait(PROMISE)


def turned(told: dict[str, Any], name: str, **members: object) -> None:
    """Its watchdogs of that name with other members, wherever they stand."""
    for each in told["watchdogs"]:
        if each["name"] == name:
            each.update(members)


def nothing(_: object) -> None:
    """Leave it as it is."""


def cell(dashboard: Dashboard, row: str, column: str) -> str:
    return dashboard.row("watchdogs", row).locator(f'[data-label="{column}"]').inner_text()


def test_those_that_are_well_take_a_line_and_stand_behind_it(service: Service, open_page: Open) -> None:
    service.embed(1)
    dashboard = open_page(service.address)
    expect(dashboard.card("watchdogs").locator("[data-object]")).to_have_count(0)
    summary = dashboard.card("watchdogs").locator("summary")
    expect(summary.locator(".sign.good")).to_contain_text("are well")
    summary.click()
    for row in (
        "event loop delay, p99",
        "memory",
        "requests in flight",
        "documents threads at work",
        "AI latency, p99",
        *(f"{QUEUE} {each}" for each in ("waiting", "age of the oldest", "dead letters", "dead letters a minute")),
    ):
        expect(dashboard.state("watchdogs", row)).to_have_text("ok")
    assert "%" in cell(dashboard, "memory", "Now")
    assert cell(dashboard, "memory", "Alerts at") == "90 %"
    assert cell(dashboard, "uptime", "Alerts at") == NONE
    expect(dashboard.page.locator(".verdict")).to_contain_text("All is well")


def test_what_alerts_on_one_instance_is_told_of_the_fleet_with_its_reason(service: Service, open_page: Open) -> None:
    def alert(instances: list[dict[str, Any]]) -> None:
        bad = {"state": "alert", "value": 0.95, "reason": "0.95 of the memory", "seconds_in_state": 3690}
        turned(instances[1], "memory", **bad)
        turned(instances[0], "request_saturation", state="warning", value=0.75, reason="60 of 80")

    dashboard = open_page(service.address)
    play(dashboard, 3, alert)
    memory = dashboard.row("watchdogs", "memory")
    expect(dashboard.state("watchdogs", "memory")).to_have_text("alert")
    for words in ("on 1 of 3: main-2", "95 %", "warns at 80 %, alerts at 90 %", "for 1 h 1 min: 0.95 of the memory"):
        expect(memory).to_contain_text(words)
    expect(memory.locator("svg.meter.over")).to_have_count(1)
    expect(dashboard.state("watchdogs", "requests in flight")).to_have_text("warning")
    names = dashboard.card("watchdogs").locator("[data-object] h3").all_inner_texts()
    assert names == ["memory", "requests in flight"]  # the worst first
    expect(dashboard.page.locator(".verdict")).to_contain_text("memory")

    dashboard.page.goto(f"{service.address}/?instance=main-1")
    dashboard.wait(1)
    expect(dashboard.card("watchdogs").locator("[data-object] h3")).to_have_text(["requests in flight"])


def test_the_queue_which_is_everybody_s_is_told_once(service: Service, open_page: Open) -> None:
    def deep(instances: list[dict[str, Any]]) -> None:
        for each in instances:
            turned(each, "queue_depth", state="warning", value=85)

    dashboard = open_page(service.address)
    play(dashboard, 3, deep)
    expect(dashboard.state("watchdogs", f"{QUEUE} waiting")).to_have_text("warning")
    expect(dashboard.row("watchdogs", f"{QUEUE} waiting").locator(".where")).to_have_text("")


def test_figures_of_several_instances_are_told_from_the_least_to_the_greatest(
    service: Service, open_page: Open
) -> None:
    def spread(instances: list[dict[str, Any]]) -> None:
        for value, each in zip((0.1, 0.3, None), instances, strict=True):
            turned(each, "memory", value=value)
            turned(each, "ai_latency_p99", value=None)

    dashboard = open_page(service.address)
    play(dashboard, 3, spread)
    dashboard.card("watchdogs").locator("summary").click()
    assert cell(dashboard, "memory", "Now") == "10 % to 30 %"
    assert cell(dashboard, "AI latency, p99", "Now") == NONE


def test_a_queue_that_cannot_be_read_is_said_by_whom(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    play(dashboard, 5, lambda instances: [each.update(error="the queue does not answer") for each in instances])
    expect(dashboard.card("watchdogs").locator(".failure")).to_have_text(
        "the queue does not answer (as main-1, main-2, main-3 and 2 more found)"
    )


def test_what_the_service_cannot_tell_of_others_is_said(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    play(dashboard, 1, nothing, problem="The count board does not answer.")
    expect(dashboard.card("watchdogs")).to_contain_text("The count board does not answer.")


def test_two_hundred_instances_take_no_more_room_than_three(service: Service, open_page: Open) -> None:
    def full(instances: list[dict[str, Any]]) -> None:
        for each in instances:
            turned(each, "memory", state="alert", value=0.95)

    dashboard = open_page(service.address)
    play(dashboard, 200, full)
    where = dashboard.row("watchdogs", "memory").locator(".where")
    expect(where).to_have_text("on 200 of 200: main-1, main-2, main-3 and others")
    expect(dashboard.card("watchdogs").locator("[data-object]")).to_have_count(1)


def test_a_watchdog_that_the_page_does_not_know_is_shown_by_its_name(service: Service, open_page: Open) -> None:
    def newer(instances: list[dict[str, Any]]) -> None:
        first = instances[0]["watchdogs"][0]
        instances[0]["watchdogs"].append({**first, "name": "disk_space", "subject": "<i>/</i>", "state": "alert"})

    dashboard = open_page(service.address)
    play(dashboard, 1, newer)
    expect(dashboard.state("watchdogs", "<i>/</i> disk space")).to_have_text("alert")
