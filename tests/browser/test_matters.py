"""Whether the one look says what is not well, when no breaker and no gate does."""

import json
import time
from typing import Any

from playwright.sync_api import Route, expect

from tests.browser.conftest import Open
from tests.browser.dashboard import PROMISE, Dashboard
from tests.browser.played import Answers
from tests.browser.service import Service

SIGNALS = "**/api/observability/golden-signals?scope=fleet"
NONE = "\N{EN DASH}"
GATES = "**/api/observability/health-gates?scope=fleet"
ALMOST = 0.99
LATENCY = {"count": 0, "p50": None, "p95": None, "p99": None}


class Traffic:
    """Each time that it is asked, a hundred requests more, of which some failed and some were turned away."""

    def __init__(self, **more: int) -> None:
        self._more = {"requests": 100, **more}
        self._asked = 0

    def answer(self, route: Route) -> None:
        self._asked += 1
        counted = {name: figure * self._asked for name, figure in self._more.items()}
        embeddings = {"client_errors": 0, "server_errors": 0, "success": LATENCY, "failure": LATENCY, **counted}
        told = {
            "now": time.time(),
            "problem": "",
            "instances": [{"instance": "a", "boot_id": "a", "age": 0}],
            "routes": {"POST /api/embeddings": embeddings},
            "in_flight": 0,
            "open_connections": 0,
        }
        route.fulfill(status=200, body=json.dumps(told))


def under(traffic: Traffic, address: str, open_page: Open) -> Dashboard:
    """The page after it has asked often enough to tell a rate."""
    dashboard = open_page(address)
    dashboard.page.route(SIGNALS, traffic.answer)
    dashboard.wait(5 * PROMISE)
    return dashboard


def test_failing_requests_are_a_matter_and_those_turned_away_another(service: Service, open_page: Open) -> None:
    dashboard = under(Traffic(server_errors=30, shed=10), service.address, open_page)
    verdict = dashboard.page.locator(".verdict")
    expect(verdict).to_contain_text("2 things to look at")
    expect(verdict).to_contain_text("20 % of the requests of the last minute failed")
    expect(verdict).to_contain_text("10 % of the requests of the last minute were turned away")
    expect(dashboard.tile("Errors")).to_have_text("20 %")
    expect(dashboard.tile("Shed")).to_have_text("10 %")


def test_a_service_that_tells_of_none_turned_away_is_still_shown(service: Service, open_page: Open) -> None:
    dashboard = under(Traffic(server_errors=20), service.address, open_page)
    expect(dashboard.page.locator(".verdict")).to_contain_text("20 % of the requests of the last minute failed")
    row = dashboard.row("golden-signals", "POST /api/embeddings")
    expect(row.locator('[data-label="Shed (503)"]')).to_have_text(NONE)
    expect(dashboard.tile("Shed")).to_have_text(NONE)


def test_traffic_without_failures_is_all_well(service: Service, open_page: Open) -> None:
    dashboard = under(Traffic(server_errors=0, shed=0), service.address, open_page)
    expect(dashboard.tile("Errors")).to_have_text("0 %")
    expect(dashboard.page.locator(".verdict")).to_contain_text("All is well")


def test_gates_that_were_not_checked_or_are_not_ready_are_matters(service: Service, open_page: Open) -> None:
    changed: dict[str, Any] = {"stale": True}

    def answer(route: Route) -> None:
        told = route.fetch().json()
        told["instances"] = [each | changed for each in told["instances"]]
        route.fulfill(status=200, body=json.dumps(told))

    dashboard = open_page(service.address)
    verdict = dashboard.page.locator(".verdict")
    expect(verdict).to_contain_text("All is well")
    dashboard.page.route(GATES, answer)
    dashboard.wait(PROMISE)
    expect(verdict).to_contain_text("health gates were not checked for too long")
    changed |= {"stale": False, "status": "not_ready"}
    dashboard.wait(PROMISE)
    expect(verdict).to_contain_text("not ready on 2 of 2 instances: requests are turned away")


def test_one_matter_alone_has_the_width_of_the_page(running: Service, answers: Answers, open_page: Open) -> None:
    answers.told["rollouts"]["rollouts"][0] |= {"problem": "the store of the control documents did not answer in time"}
    dashboard = open_page(running.address, answers=answers, width=1440)
    matter = dashboard.page.locator(".verdict li")
    expect(matter).to_have_count(1)
    assert matter.evaluate("(matter) => matter.clientWidth / matter.parentElement.clientWidth") > ALMOST


def test_what_a_person_did_to_a_rollout_is_told_and_is_no_trouble(
    running: Service, answers: Answers, open_page: Open
) -> None:
    rollout = answers.told["rollouts"]["rollouts"][0]
    rollout |= {
        "status": "rolled_back",
        "last_decision": "",
        "last": {"by": "ann", "at": time.time(), "reason": "late"},
    }
    dashboard = open_page(running.address, answers=answers)
    verdict = dashboard.page.locator(".verdict.good")
    expect(verdict.locator("li .sign.off")).to_contain_text("rollout embeddings was rolled back")
    expect(verdict).to_contain_text("By ann: late; every caller gets the stable side.")
    rollout |= {"status": "paused"}
    dashboard.wait(PROMISE)
    expect(verdict.locator("li .sign.off")).to_contain_text("rollout embeddings is paused")
    rollout |= {"status": "rolled_back", "last_decision": "too many errors"}
    dashboard.wait(PROMISE)
    expect(dashboard.page.locator(".verdict.bad li .sign.bad")).to_contain_text("rollout embeddings was rolled back")


ENTRY = {"on": True, "by": "ann", "reason": "it leaks", "since": 1, "until": None, "revision": 1, "settings": {}}
MEANT = "Nothing is wrong; what somebody meant so is below"


def test_what_operators_have_set_is_told_and_what_follows_from_it_is_no_trouble(
    running: Service, answers: Answers, open_page: Open
) -> None:
    next(each for each in answers.told["modes"]["modes"] if each["name"] == "safe_mode").update(
        in_force=True, entry=ENTRY
    )
    for gate in answers.of_each("health-gates", "health_gates"):
        gate["ready"] = gate["name"] != "embeddings"
    answers.told["flags"]["flags"][0]["entry"] = ENTRY
    for queue in answers.of_each("watchdogs", "queue_depth"):
        queue.update(waiting=2, oldest_seconds=70, held=True)
    dashboard = open_page(running.address, answers=answers)
    verdict = dashboard.page.locator(".verdict.good")
    expect(verdict.locator(".sum")).to_contain_text(MEANT)
    expect(verdict.locator("li")).to_have_count(3)
    expect(verdict).to_contain_text("safe mode is on")
    expect(verdict).to_contain_text("is overridden (off)")
    expect(verdict).to_contain_text("They are held, for the agent is quarantined.")


def test_an_isolated_breaker_an_old_event_and_a_dead_letter_warn(
    running: Service, answers: Answers, open_page: Open
) -> None:
    for breaker in answers.of_each("circuit-breakers", "circuit_breakers"):
        breaker["state"] = "isolated" if breaker["name"] == "event_queue" else "closed"
    for queue in answers.of_each("watchdogs", "queue_depth"):
        queue.update(waiting=2, oldest_seconds=70, dead_letters=1)
    dashboard = open_page(running.address, answers=answers)
    verdict = dashboard.page.locator(".verdict.warning")
    expect(verdict).to_contain_text("3 things to look at")
    for words in ("breaker event_queue is isolated", "2 events wait for indexer", "1 dead letter of indexer"):
        expect(verdict.locator("li .sign.warning", has_text=words)).to_have_count(1)
