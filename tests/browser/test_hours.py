"""Whether a page that is left open grows: hours of polling by a clock that is turned, with answers that change."""

import json
import sys
import time
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Route

from tests.browser.conftest import Open
from tests.browser.dashboard import Dashboard
from tests.browser.service import Service

FIGURES = ("Nodes", "JSEventListeners", "JSHeapUsedSize")
GROWTH = {"Nodes": 1.1, "JSEventListeners": 1.1, "JSHeapUsedSize": 1.25}
"""How much more there may be in the end than once everything that is kept is full: garbage is not all collected."""

FULL_AFTER, END = 40, 480
"""Minutes after which all that is kept is full (half an hour of figures, the lines of the journal), and to the end."""


class Changing:
    """The real answers, told again with figures that go on: each time something has happened."""

    def __init__(self, dashboard: Dashboard) -> None:
        self.now = time.time()  # by the page's clock
        self._real: dict[str, Any] = {}
        self._asked = 0
        dashboard.page.route("**/api/observability/**", self._answer)
        dashboard.page.route("**/identity", self._answer)

    def _answer(self, route: Route) -> None:
        url = route.request.url
        if url not in self._real:
            self._real[url] = route.fetch().json()
        self._asked += 1
        route.fulfill(status=200, body=json.dumps(self._changed(self._real[url])))

    def _changed(self, told: dict[str, Any]) -> dict[str, Any]:
        now = self.now
        changed = told | {"now": now}
        if "events" in told:
            event = {"sequence": self._asked, "at": now, "type": "breaker_opened", "reason": "r", "detail": {}}
            each = {"instance": "main-1", "boot_id": "1", "event": event | {"subject": f"breaker {self._asked}"}}
            changed["events"] = [each]
        if "routes" in told:
            more = {"requests": self._asked * 10, "problems": {"not_ready": self._asked}}
            changed["routes"] = {name: route | more for name, route in told["routes"].items()}
        if "instances" in told:
            changed["instances"] = [each | {"heard_at": now} for each in told["instances"]]
        return changed


def measured(session: CDPSession) -> dict[str, float]:
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    found = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    return {name: found[name] for name in FIGURES}


def polled(dashboard: Dashboard, changing: Changing, minutes: int) -> None:
    for _ in range(minutes * 12):
        changing.now += 5
        dashboard.page.clock.run_for(5000)  # and not in a stride: what each drawing leaves behind is the question
        dashboard.settle()


@pytest.mark.long
def test_a_page_that_is_left_open_grows_neither_in_memory_nor_in_nodes(service: Service, open_page: Open) -> None:
    service.embed(3)
    dashboard = open_page(service.address)
    changing = Changing(dashboard)
    session = dashboard.context.new_cdp_session(dashboard.page)
    session.send("Performance.enable")
    polled(dashboard, changing, FULL_AFTER)
    full = measured(session)
    polled(dashboard, changing, END - FULL_AFTER)
    then = measured(session)
    sys.stdout.write(f"{END} minutes: {full} -> {then}\n")
    assert {name for name in FIGURES if then[name] > full[name] * GROWTH[name]} == set(), (full, then)
