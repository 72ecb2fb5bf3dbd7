"""Whether the page is dark or light as wanted, fit for paper, and says whose figures it shows of which version."""

import json
import re

from playwright.sync_api import Route, expect

from tests.browser.conftest import Open
from tests.browser.dashboard import PROMISE, Dashboard
from tests.browser.screenshots import compressed_size
from tests.browser.service import Service

LIMIT = 150_000
"""Bytes of the whole page, compressed."""


ASKED = re.compile("/api/observability/|/identity$")


def background(dashboard: Dashboard) -> str:
    return str(dashboard.page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_dark_is_the_default_and_a_choice_is_kept(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    dark = background(dashboard)
    dashboard.page.get_by_role("button", name="Theme: dark. Change it").click()
    light = background(dashboard)
    assert light != dark
    dashboard.page.reload()
    dashboard.settle()
    assert background(dashboard) == light
    dashboard.page.get_by_role("button", name="Theme: light. Change it").click()
    dashboard.page.emulate_media(color_scheme="dark")
    assert background(dashboard) == dark  # as the system says
    dashboard.page.emulate_media(color_scheme="light")
    assert background(dashboard) == light


def test_paper_is_light_and_has_no_buttons(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    dashboard.page.emulate_media(media="print")
    assert background(dashboard) == "rgb(244, 246, 248)"
    expect(dashboard.card("breakers")).to_be_visible()
    expect(dashboard.page.get_by_role("button")).to_have_count(0)


def test_one_instance_is_looked_at_and_its_name_stands_in_the_address(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    picker = dashboard.page.get_by_label("Whose figures")
    expect(picker.locator("option")).to_have_count(3)
    picker.select_option("main-2")
    dashboard.settle()
    assert dashboard.page.url.endswith("?instance=main-2")
    for card in ("breakers", "gates", "ai-latency"):
        expect(dashboard.card(card).locator(".about")).to_have_text("of main-2")
    expect(dashboard.card("golden-signals").locator(".about")).to_contain_text("of main-2")
    dashboard.page.reload()
    dashboard.settle()
    expect(picker).to_have_value("main-2")
    picker.select_option("")
    dashboard.settle()
    assert dashboard.page.url.endswith("/")


def test_an_instance_that_is_gone_is_said_to_be(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    dashboard.page.goto(f"{service.address}/?instance=nobody")
    dashboard.settle()
    expect(dashboard.page.get_by_label("Whose figures").locator("option").last).to_have_text("nobody (tells nothing)")
    expect(dashboard.card("golden-signals")).to_contain_text("no instance 'nobody' was heard of")
    expect(dashboard.card("breakers").locator(".about")).to_have_text("nobody tells nothing")


def test_a_service_of_another_version_is_said_to_be(service: Service, open_page: Open) -> None:
    def answer(route: Route) -> None:
        route.fulfill(status=200, body=json.dumps(route.fetch().json() | {"version": "9.9.9"}))

    dashboard = open_page(service.address)
    expect(dashboard.page.locator(".other-version")).to_have_count(0)
    dashboard.page.route("**/identity", answer)
    dashboard.wait(PROMISE)
    expect(dashboard.page.locator(".other-version")).to_contain_text("the service is version 9.9.9: reload the page")


def test_a_first_visit_explains_itself(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    dashboard.page.route(ASKED, lambda route: route.abort())
    dashboard.page.reload()
    dashboard.settle()
    first = dashboard.page.locator(".verdict")
    expect(first).to_contain_text("The service has not answered yet")
    expect(first).to_contain_text("make run")
    dashboard.page.unroute(ASKED)
    dashboard.wait(2 * PROMISE)
    expect(first).to_contain_text("All is well")


def test_the_title_tells_the_state(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    expect(dashboard.page).to_have_title("All is well – Ballast")  # noqa: RUF001 - as a title has it
    service.breaker("event_queue", "isolate")
    dashboard.page.route("**/rollouts", lambda route: route.abort())
    dashboard.wait(PROMISE)
    expect(dashboard.page).to_have_title("2 things to look at – Ballast")  # noqa: RUF001
    assert dashboard.page.locator("link[rel=icon]").get_attribute("href") == "/assets/favicon-trouble.svg"


def test_the_whole_page_is_small() -> None:
    assert compressed_size() <= LIMIT
