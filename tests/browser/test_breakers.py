"""Whether a breaker's tile tells its state, why, against which limits, and what comes next."""

import json
import re
import time
from typing import Any

from playwright.sync_api import Route, expect

from tests.browser.conftest import Open
from tests.browser.dashboard import PROMISE, Dashboard
from tests.browser.service import Service

BREAKERS = "**/api/observability/circuit-breakers?scope=fleet"

CLOSED = {
    "name": "a", "state": "closed", "generation": 1, "seconds_in_state": 70, "reason": "", "calls": 4,
    "failure_rate": 0.25, "slow_rate": 0, "consecutive_failures": 1, "probes_in_flight": 0, "retry_after": None,
    "isolated_by": None, "isolated_reason": None, "isolated_until": None, "failure_rate_threshold": 0.5,
    "slow_call_rate_threshold": 0.8, "slow_call_seconds": 1, "consecutive_failures_threshold": 5, "minimum_calls": 10,
    "max_probes": 3, "successes_to_close": 2, "open_seconds": 60, "answered": 100, "rejected": 0, "history": [],
}  # fmt: skip


class Fleet:
    """Answers for a fleet of which every instance has one breaker."""

    def __init__(self, *each: dict[str, object], **whole: object) -> None:
        self.each = each
        self.whole = whole
        self.rejected = 0

    def answer(self, route: Route) -> None:
        now = time.time()
        self.rejected += 30
        told = [
            {
                "instance": f"main-{number}", "boot_id": "1", "heard_at": now, "fallbacks": {},
                "circuit_breakers": [
                    CLOSED | {"history": [{"at": now - 300, "state": "closed"}], "rejected": self.rejected} | breaker
                ],
            }
            for number, breaker in enumerate(self.each, start=1)
        ]  # fmt: skip
        body = {"now": now, "problem": "", "others": [], "instances": told} | self.whole
        route.fulfill(status=200, body=json.dumps(body))


def shown(fleet: Fleet, service: Service, open_page: Open) -> Dashboard:
    dashboard = open_page(service.address)
    dashboard.page.route(BREAKERS, fleet.answer)
    dashboard.wait(PROMISE)
    return dashboard


STATES: list[tuple[dict[str, object], str, list[str]]] = [
    ({}, "closed", ["for 1 min 1", "25 %", "limit 50 %", "4 of 10", "1 of 5", "Calls pass."]),
    (
        {"state": "open", "reason": "5 consecutive failures; the limit is 5", "retry_after": 42, "calls": 0},
        "open",
        ["5 consecutive failures; the limit is 5", "Probes in ", "1 of 5"],
    ),
    ({"state": "open", "reason": "r", "retry_after": 0, "calls": 0}, "open", ["Probes at the next call."]),
    (
        {"state": "half_open", "probes_in_flight": 2, "retry_after": 0, "calls": 1},
        "half open",
        ["2 of 3 probes under way; 1 of 2 successes close it."],
    ),
    (
        {"state": "isolated", "isolated_by": "ann", "isolated_reason": "it is moved", "calls": 0},
        "isolated",
        ["it is moved", "By ann, until it is reset."],
    ),
    (
        {"state": "isolated", "isolated_by": "ann", "isolated_reason": "r", "isolated_until": 4e9, "calls": 0},
        "isolated",
        ["By ann, until "],
    ),
    ({"failure_rate_threshold": None, "consecutive_failures_threshold": None}, "closed", ["no limit"]),
]


def test_each_state_says_why_and_what_comes_next(service: Service, open_page: Open) -> None:
    fleet = Fleet({})
    dashboard = shown(fleet, service, open_page)
    for breaker, word, said in STATES:
        fleet.each = (breaker,)
        dashboard.wait(PROMISE)
        expect(dashboard.state("breakers", "a")).to_have_text(word)
        for words in said:
            expect(dashboard.row("breakers", "a")).to_contain_text(words)


def test_the_countdown_to_the_probe_goes_on_between_two_answers(service: Service, open_page: Open) -> None:
    dashboard = shown(Fleet({"state": "open", "reason": "r", "retry_after": 42}), service, open_page)
    following = dashboard.row("breakers", "a").locator(".next")
    before = following.inner_text()
    dashboard.wait(2)
    expect(following).not_to_have_text(before)


def test_of_several_instances_the_worst_off_stands_for_all(service: Service, open_page: Open) -> None:
    dashboard = shown(Fleet({}, {"state": "open", "reason": "r", "retry_after": 9}, {}), service, open_page)
    expect(dashboard.state("breakers", "a")).to_have_text("open")
    expect(dashboard.row("breakers", "a")).to_contain_text("on 1 of 3")
    expect(dashboard.page.locator(".verdict")).to_contain_text("breaker a is open on 1 of 3 instances")
    dashboard.page.locator(".picker select").select_option("main-1")
    dashboard.settle()
    expect(dashboard.state("breakers", "a")).to_have_text("closed")
    expect(dashboard.card("breakers").locator(".about")).to_have_text("of main-1")


def test_the_share_of_calls_that_were_shed_is_told_once_it_is_known(service: Service, open_page: Open) -> None:
    dashboard = shown(Fleet({}), service, open_page)
    dashboard.wait(2 * PROMISE)
    expect(dashboard.row("breakers", "a").locator("dl")).to_contain_text("100 %")


def test_the_last_ten_minutes_are_a_band_with_words(service: Service, open_page: Open) -> None:
    now = time.time()
    states = ["closed", "open", "half_open", "isolated"]
    past: list[dict[str, Any]] = [{"at": now - 400 + 90 * i, "state": state} for i, state in enumerate(states)]
    dashboard = shown(Fleet({"history": past}), service, open_page)
    band = dashboard.row("breakers", "a").locator(".band")
    for state in states:
        expect(band.locator(f".{state}")).to_have_count(1)
    words = ", ".join(f"{state.replace('_', ' ')} since [0-9:]+" for state in states)
    expect(band).to_have_attribute("aria-label", re.compile(f"last ten minutes: {words}"))


def test_who_is_silent_and_what_the_board_cannot_tell_is_said(service: Service, open_page: Open) -> None:
    others = [{"instance": "main-9", "boot_id": "1", "heard_at": time.time() - 120}]
    dashboard = shown(Fleet({}, others=others, problem="The count board does not answer."), service, open_page)
    expect(dashboard.card("breakers")).to_contain_text("The count board does not answer.")
    expect(dashboard.card("breakers")).to_contain_text("Silent, asleep or gone: main-9 for 2 min")
    expect(dashboard.page.locator(".verdict")).to_contain_text("instance main-9 is silent")


def test_without_the_reliability_layer_there_is_none(service: Service, open_page: Open) -> None:
    dashboard = shown(Fleet(), service, open_page)
    expect(dashboard.card("breakers")).to_contain_text("There are none: the reliability layer is off.")
