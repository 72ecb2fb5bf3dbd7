"""Whether the page tells how old its data is, and never passes off old data as new."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import expect

from harness.targets.local import LocalTarget
from tests.browser.conftest import SETTINGS, Open
from tests.browser.dashboard import PROMISE, Dashboard
from tests.browser.service import Service

LONGEST_PAUSE = 21
"""Seconds after which the page has asked again, however long the service was away."""


def expect_stale(dashboard: Dashboard, *, seconds: int | None = None) -> None:
    freshness = dashboard.page.locator("#freshness")
    age = r"\d+" if seconds is None else str(seconds)
    expect(freshness).to_contain_text(re.compile(rf"^stale: data is {age} s old"))
    expect(freshness.locator(".sign.bad svg")).to_have_count(1)
    red = dashboard.page.evaluate("getComputedStyle(document.querySelector('#freshness .sign')).color")
    assert red == dashboard.page.evaluate(
        "(() => { const sign = document.body.appendChild(document.createElement('i')); sign.style.color = 'var(--bad)';"
        " const color = getComputedStyle(sign).color; sign.remove(); return color; })()"
    )


def test_stopping_the_service_turns_the_age_red_and_its_return_clears_it(open_page: Open) -> None:
    with LocalTarget(SETTINGS, ports=(0,)) as target:
        address = target.start().addresses[0]
        dashboard = open_page(address)
        freshness = dashboard.page.locator("#freshness")
        expect(freshness).to_contain_text("live: data is 0 s old")
    dashboard.wait(PROMISE)
    expect_stale(dashboard)
    expect(dashboard.page.locator(".verdict")).to_contain_text("nothing is known of the present")
    expect(dashboard.card("breakers")).to_contain_text("The service cannot be reached.")
    expect(dashboard.row("breakers", "embeddings:stable")).to_contain_text("closed")  # as it was, and said to be stale

    with LocalTarget(SETTINGS, ports=(urlsplit(address).port or 0,)) as target:
        target.start()
        dashboard.wait(LONGEST_PAUSE)
        expect(freshness).to_contain_text("live: data is")
        expect(dashboard.page.locator(".failure")).to_have_count(0)


def test_data_grows_old_while_an_answer_does_not_come(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    dashboard.page.route("**/api/**", lambda _: None)  # which answers nothing
    dashboard.page.route("**/identity", lambda _: None)
    dashboard.page.clock.run_for(8000)
    expect(dashboard.page.locator("#freshness")).to_contain_text("live: data is 8 s old")
    dashboard.page.clock.run_for(1000)  # the answer is not waited for any longer
    expect_stale(dashboard, seconds=9)
    expect(dashboard.card("gates")).to_contain_text("The service did not answer within 4 s.")


def test_an_answer_that_does_not_come_puts_off_no_other(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    dashboard.page.route("**/watchdogs?scope=fleet", lambda _: None)
    before = asked(dashboard)
    for _ in range(20):
        dashboard.page.clock.run_for(1000)
        dashboard.settle(but="/watchdogs?scope=fleet")
    assert asked(dashboard) >= before + 3  # were the next poll due 5 s after the last one's end, it would be two
    expect(dashboard.card("watchdogs")).to_contain_text("The service did not answer within 4 s.")


def test_a_clock_that_is_set_back_makes_no_data_young(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    dashboard.page.evaluate("(() => { const now = Date.now; Date.now = () => now() - 3600_000; })()")
    dashboard.page.route("**/api/**", lambda _: None)
    dashboard.page.clock.run_for(4000)
    expect(dashboard.page.locator("#freshness")).to_contain_text("data is 4 s old")


def test_while_the_service_is_away_it_is_asked_less_and_less_often(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    dashboard.page.route(re.compile("/api/|/identity"), lambda route: route.abort())
    assert polls(dashboard, 60) == [5, 15, 35, 55]


def test_a_page_that_nobody_looks_at_asks_once_a_minute_and_at_once_when_somebody_does(
    service: Service, open_page: Open
) -> None:
    dashboard = open_page(service.address)
    look(dashboard, hidden=True)
    assert polls(dashboard, 62) == [60]
    before = asked(dashboard)
    look(dashboard, hidden=False)
    dashboard.settle()
    assert asked(dashboard) == before + 1
    assert polls(dashboard, 6) == [5]


def polls(dashboard: Dashboard, seconds: int) -> list[int]:
    """In which of the coming seconds the page asks."""
    found = []
    for second in range(1, seconds + 1):
        before = asked(dashboard)
        dashboard.wait(1)
        found += [second] * (asked(dashboard) - before)
    return found


def asked(dashboard: Dashboard) -> int:
    return sum(url.endswith("/identity") for url in dashboard.requested)


def look(dashboard: Dashboard, *, hidden: bool) -> None:
    dashboard.page.evaluate(
        "(hidden) => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')); }",
        hidden,
    )
