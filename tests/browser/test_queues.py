"""Whether the card of queues tells what waits for each agent, how it moves, and what was given up."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Open
from tests.browser.dashboard import PROMISE, Dashboard
from tests.browser.service import Service

WATCHDOGS = "**/api/observability/watchdogs?scope=fleet"
QUEUE = "indexer: document.created"
MARKUP = "<b title=\"a\">'bold'</b>"

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def queue(service: Service) -> Iterator[Service]:
    """The service, whose queue is empty again afterwards."""
    yield service
    service.lever("agents/indexer/quarantine", on=False)
    service.shows_queue(waiting=0)
    service.discard_dead_letters()
    service.shows_queue(dead_letters=0)


def play(dashboard: Dashboard, change: Change) -> None:
    """Have the service tell of its queue what a change makes of it."""

    def answer(route: Route) -> None:
        told: dict[str, Any] = route.fetch().json()
        told["instances"] = told["instances"][:1]
        change(told["instances"][0])
        route.fulfill(status=200, body=json.dumps(told))

    dashboard.page.unroute_all()
    dashboard.page.route(WATCHDOGS, answer)
    dashboard.wait(PROMISE)


def changed(**members: object) -> Change:
    """The first queue with other members; of a watchdog those that are named."""

    def change(told: dict[str, Any]) -> None:
        first = told["queue_depth"][0]
        for name, value in members.items():
            first[name] = {**first[name], **value} if isinstance(value, dict) else value

    return change


def words(dashboard: Dashboard) -> str:
    return " ".join(dashboard.row("queues", QUEUE).inner_text().split())


def test_events_that_nobody_can_deal_with_are_seen_to_be_given_up(queue: Service, open_page: Open) -> None:
    dashboard = open_page(queue.address)
    expect(dashboard.state("queues", QUEUE)).to_have_text("ok")
    expect(dashboard.row("queues", QUEUE)).to_contain_text("is empty")
    expect(dashboard.row("queues", QUEUE).locator("button")).to_have_count(0)
    for number in range(2):
        queue.publish(f"of no document {number}")
    queue.shows_queue(dead_letters=2)
    dashboard.wait(PROMISE)
    expect(dashboard.state("queues", QUEUE)).to_have_text("alert")
    expect(dashboard.row("queues", QUEUE).locator(".measure.alert .figure")).to_have_text("2")
    expect(dashboard.row("queues", QUEUE)).to_contain_text("dead letters: 2 events; the alert threshold is 1")
    expect(dashboard.page.locator(".verdict")).to_contain_text("2 dead letters of indexer")


def test_what_is_held_is_not_what_is_stuck(queue: Service, open_page: Open) -> None:
    dashboard = open_page(queue.address)
    document = queue.add_document()
    queue.shows_queue(waiting=0)
    queue.lever("agents/indexer/quarantine", on=True)
    queue.works_by_it_everywhere()  # else the other instance may deliver for two seconds more
    queue.publish(document)
    queue.shows_queue(waiting=1)
    dashboard.wait(PROMISE)
    held = dashboard.row("queues", QUEUE).locator(".held .sign.off")
    expect(held).to_have_text("held: its agent is quarantined")
    assert "waiting 1 " in words(dashboard)
    assert "Empty in held" in words(dashboard)


FIGURES: list[tuple[dict[str, object], str]] = [
    (
        {"waiting": 120, "rate_in": 12.5, "rate_out": 4, "seconds_to_drain": None},
        "In 13 /s Out 4.0 /s Empty in it grows",
    ),
    ({"waiting": 120, "rate_in": 1, "rate_out": 5, "seconds_to_drain": 30}, "Empty in 30 s"),
    ({"waiting": 120, "rate_in": None, "rate_out": None, "seconds_to_drain": None}, "Empty in \N{EN DASH}"),
    ({"waiting": 7, "approximate": True}, "waiting about 7"),
    ({"oldest_seconds": 61.2}, "oldest 1 min 1 s warns at 1 min alerts at 5 min"),
    ({"oldest_seconds": None}, "oldest \N{EN DASH}"),
    ({"dead_letter_rate_watchdog": {"value": 3}}, "Given up 3 /min"),
]


def test_figures_are_read_as_people_say_them(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    for members, said in FIGURES:
        play(dashboard, changed(**members))
        assert said in words(dashboard)


def test_how_a_queue_grew_is_drawn_and_said(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    for waiting in (4, 90, 70):
        play(dashboard, changed(waiting=waiting))
    grown = dashboard.row("queues", QUEUE).locator("svg.sparkline")
    expect(grown).to_have_attribute("aria-label", "Waiting in the last half hour: from 0 to 90, now 70")


def test_the_worst_of_its_watchdogs_is_the_state_of_a_queue_and_each_says_why(
    service: Service, open_page: Open
) -> None:
    dashboard = open_page(service.address)
    deep = {"state": "warning", "value": 85, "reason": "85 events; the warning threshold is 80"}
    old = {"state": "alert", "value": 400, "reason": "400 seconds; the alert threshold is 300"}
    play(dashboard, changed(waiting=85, watchdog=deep, oldest_seconds=400, oldest_watchdog=old))
    expect(dashboard.state("queues", QUEUE)).to_have_text("alert")
    expect(dashboard.row("queues", QUEUE).locator(".measure.warning .figure")).to_have_text("85")
    expect(dashboard.row("queues", QUEUE).locator(".measure.alert svg.meter.over")).to_have_count(1)
    assert "waiting: 85 events; the warning threshold is 80 age of the oldest: 400 seconds" in words(dashboard)


def test_of_fifty_queues_those_in_trouble_stand_out(service: Service, open_page: Open) -> None:
    def fifty(told: dict[str, Any]) -> None:
        first = told["queue_depth"][0]
        told["queue_depth"] = [{**first, "agent": f"agent {number}", "topic": MARKUP} for number in range(50)]
        told["queue_depth"][30] |= {"waiting": 90, "watchdog": {**first["watchdog"], "state": "warning", "value": 90}}
        told["queue_depth"][40] |= {"held": True, "topic": "a-topic-" * 30}

    dashboard = open_page(service.address, width=360)
    play(dashboard, fifty)
    tiles = dashboard.card("queues").locator("[data-object]")
    expect(tiles).to_have_count(2)
    expect(tiles.first).to_contain_text(f"agent 30{MARKUP}")
    expect(dashboard.card("queues").locator("summary")).to_have_text("48 more are well")
    dashboard.card("queues").locator("summary").click()
    expect(dashboard.card("queues").locator("tr[data-row]")).to_have_count(48)
    card = dashboard.card("queues").bounding_box()
    assert card is not None
    assert card["width"] <= 360


def test_a_queue_that_cannot_be_looked_at_is_not_an_empty_one(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    play(dashboard, lambda told: told.update(queue_depth=[], error="the event queue does not answer"))
    expect(dashboard.card("queues").locator(".failure")).to_have_text("the event queue does not answer")


def test_without_agents_there_is_nothing_to_show(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    play(dashboard, lambda told: told.update(queue_depth=[]))
    expect(dashboard.card("queues").locator(".nothing")).to_have_text("There are none: no agent listens to a topic.")


def test_a_figure_that_is_none_is_named(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    play(dashboard, changed(waiting="7"))
    failure = dashboard.card("queues").locator(".failure")
    expect(failure).to_contain_text('instances[0].queue_depth[0].waiting is "7"; expected a number')
    expect(dashboard.card("queues").locator(".age")).to_contain_text(re.compile("^stale"))
