"""Whether each card fails alone, says so, and takes nothing for code."""

import json
from functools import partial

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Open
from tests.browser.dashboard import PROMISE
from tests.browser.service import Service
from tests.browser.test_breakers import CLOSED

BREAKERS = "**/api/observability/circuit-breakers?scope=fleet"
CARDS = ("golden-signals", "breakers", "gates", "rollouts", "watchdogs")
MARKUP = "<img src=x onerror=\"document.title='executed'\"><script>document.title='executed'</script>"


def breakers(**changed: object) -> str:
    told = {"instance": "a", "boot_id": "1", "heard_at": 1, "fallbacks": {}, "circuit_breakers": [CLOSED | changed]}
    return json.dumps({"now": 1, "problem": "", "others": [], "instances": [told]})


WRONG = [
    (500, "", "The service answered 500."),
    (
        503,
        '{"type": "not_ready", "title": "It is away", "detail": "ask later"}',
        "The service answered 503: It is away (ask later).",
    ),
    (200, "<html>", "The answer is not JSON."),
    (200, "null", "The answer is malformed: the answer is null; expected an object."),
    (200, "{}", "The answer is malformed: now is missing; expected a number."),
    (
        200,
        breakers(calls="7"),
        'The answer is malformed: instances[0].circuit_breakers[0].calls is "7"; expected a number.',
    ),
    (
        200,
        breakers(state="melted"),
        'instances[0].circuit_breakers[0].state is "melted"; expected one of closed, open, half_open, isolated.',
    ),
]


def answer(route: Route, *, status: int, body: str) -> None:
    route.fulfill(status=status, body=body)


def test_one_broken_endpoint_leaves_the_other_cards_alive(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    others = [dashboard.card(name) for name in CARDS if name != "breakers"]
    for status, body, sentence in WRONG:
        dashboard.page.unroute(BREAKERS)
        dashboard.page.route(BREAKERS, partial(answer, status=status, body=body))
        dashboard.wait(PROMISE)
        expect(dashboard.card("breakers")).to_contain_text(sentence)
        expect(dashboard.card("breakers").locator(".age")).to_contain_text("stale")
        expect(dashboard.row("breakers", "embeddings:stable")).to_contain_text("closed")  # the last that is known
        for card in others:
            expect(card.locator(".age")).not_to_contain_text("stale")
    expect(dashboard.page.locator("#freshness")).to_contain_text("partly stale")
    expect(dashboard.page.locator(".verdict")).to_contain_text("circuit breakers are not known")

    dashboard.page.unroute(BREAKERS)
    dashboard.wait(PROMISE)
    expect(dashboard.page.locator(".verdict")).to_contain_text("All is well")


@pytest.mark.parametrize("path", ["golden-signals?scope=fleet", "health-gates?scope=fleet", "rollouts", "startup-dag"])
def test_a_card_that_was_never_answered_says_so(service: Service, open_page: Open, path: str) -> None:
    dashboard = open_page(service.address)
    dashboard.page.route(f"**/api/observability/{path}", lambda route: route.fulfill(status=200, body='{"a": 1}'))
    dashboard.page.reload()
    dashboard.settle()
    expect(dashboard.page.locator(".card .failure")).to_have_count(1)
    expect(dashboard.page.locator(".card .failure")).to_contain_text("is missing; expected")
    expect(dashboard.page.locator(".card.stale .age")).to_contain_text("no data yet")


def test_markup_is_shown_and_never_executed(service: Service, open_page: Open) -> None:
    service.breaker("embeddings:canary", "isolate", MARKUP)
    service.rollout("start", MARKUP)
    dashboard = open_page(service.address)
    expect(dashboard.row("breakers", "embeddings:canary")).to_contain_text(MARKUP)
    expect(dashboard.row("rollouts", "embeddings")).to_contain_text(MARKUP)

    dashboard.page.route(
        BREAKERS, lambda route: route.fulfill(status=200, body=breakers(name=MARKUP, state="open", reason=MARKUP))
    )
    dashboard.wait(PROMISE)
    expect(dashboard.card("breakers")).to_contain_text(MARKUP)
    expect(dashboard.page.locator(".verdict")).to_contain_text(MARKUP)
    assert dashboard.page.locator("img").count() == 0
    assert dashboard.page.title() != "executed"


def test_the_policy_forbids_code_that_is_not_the_page_s_own(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    dashboard.page.evaluate(
        "(() => { const script = document.createElement('script');"
        " script.textContent = \"document.title = 'executed'\"; document.body.append(script); })()"
    )
    assert dashboard.page.title() != "executed"
    assert any("Content Security Policy" in text for text in dashboard.console)
    dashboard.console.clear()
