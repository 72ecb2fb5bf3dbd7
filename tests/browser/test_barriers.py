"""WCAG AA as far as a program can see it, in both themes, on a wide screen and on a narrow one."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import ROOT
from tests.browser.conftest import Open
from tests.browser.dashboard import PROMISE, Dashboard
from tests.browser.service import Service

AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


def barriers(dashboard: Dashboard) -> list[str]:
    dashboard.page.evaluate(AXE)
    dashboard.page.clock.resume()  # which axe waits for
    found: dict[str, Any] = dashboard.page.evaluate("() => axe.run(document)")
    dashboard.page.clock.pause_at(dashboard.page.evaluate("Date.now() / 1000 + 1"))
    dashboard.settle()
    return [f"{each['id']}: {node['html'][:200]}" for each in found["violations"] for node in each["nodes"]]


@pytest.mark.parametrize(("scheme", "width"), [("dark", 1280), ("light", 360)])
def test_no_barrier_is_found_in_the_page(service: Service, open_page: Open, scheme: str, width: int) -> None:
    dashboard = open_page(service.address, scheme=scheme, width=width)
    service.rollout("start")  # so that states of every tone are in sight
    service.breaker("embeddings:canary", "isolate")
    service.break_provider()
    service.shows_breaker("embeddings:stable", "open", after=service.embed_by_stable)
    service.break_dependency("document_database")
    service.shows_gate("document_database", ready=False)
    dashboard.wait(PROMISE)
    dashboard.page.route("**/api/observability/watchdogs?scope=fleet", lambda route: route.abort())
    dashboard.wait(PROMISE)
    for summary in dashboard.page.locator("summary").all():
        summary.click()
    expect(dashboard.card("watchdogs").locator(".failure")).to_be_visible()
    assert barriers(dashboard) == []
    assert dashboard.page.evaluate("document.documentElement.scrollWidth") == width  # nothing is cut off or aside

    dashboard.page.route("**/api/**", lambda route: route.fulfill(status=401, body="{}"))
    dashboard.wait(PROMISE)
    expect(dashboard.page.locator("form")).to_be_visible()
    assert barriers(dashboard) == []
