"""Whether a fleet of nobody is told as such, and a great one is drawn as quickly as a small one."""

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.dashboard import Dashboard
from tests.browser.incident import incident
from tests.browser.played import Answers
from tests.browser.service import Service
from tests.browser.situations import fleet_of, nobody
from tests.browser.stale import expect_stale_cards


def test_a_fleet_of_nobody_is_told_as_such(running: Service, answers: Answers, open_page: Open) -> None:
    nobody(answers)
    dashboard = open_page(running.address, answers=answers, width=360)
    expect_stale_cards(dashboard, frozenset())
    for card, said in (
        ("golden-signals", "0 instances"),
        ("breakers", "There are none: the reliability layer is off."),
        ("gates", "No instance tells whether it takes requests."),
        ("watchdogs", "No instance"),
        ("queues", "Nobody tells of the queue."),
        ("startup", "There is no graph"),
    ):
        expect(dashboard.card(card)).to_contain_text(said)
    dashboard.has_nothing_beside()


MOST_NODES = 6000
LONGEST_DRAWING = 500.0
"""Milliseconds, on a busy machine."""


def test_two_hundred_instances_in_an_incident_are_drawn_as_quickly_as_few(
    running: Service, answers: Answers, open_page: Open
) -> None:
    incident(answers)
    fleet_of(answers, 200)
    dashboard = open_page(running.address, answers=answers)
    expect(dashboard.card("breakers").locator(".about")).to_have_text("of 200 instances")
    expect(dashboard.page.locator(".picker option")).to_have_count(201)
    assert dashboard.page.evaluate("document.querySelectorAll('*').length") < MOST_NODES
    for width in (1280, 360):
        dashboard.page.set_viewport_size({"width": width, "height": 900})
        dashboard.has_nothing_beside()
    before = scripted(dashboard)
    dashboard.page.clock.run_for(1000)  # it is drawn each second
    assert (scripted(dashboard) - before) < LONGEST_DRAWING

    dashboard.page.locator(".picker select").select_option("main-200")
    dashboard.settle()
    expect(dashboard.card("breakers").locator(".about")).to_have_text("of main-200")


def scripted(dashboard: Dashboard) -> float:
    """Milliseconds that the page's scripts have run for so far."""
    session = dashboard.context.new_cdp_session(dashboard.page)
    session.send("Performance.enable")
    figures: list[dict[str, Any]] = session.send("Performance.getMetrics")["metrics"]
    session.detach()
    return 1000 * sum(float(each["value"]) for each in figures if each["name"] == "ScriptDuration")
