"""Whether a gate tells its last checks, how far it has come, and of which instances."""

import json
import time
from collections.abc import Sequence

from playwright.sync_api import Route, expect

from tests.browser.conftest import Open
from tests.browser.dashboard import PROMISE, Dashboard
from tests.browser.service import Service

GATES = "**/api/observability/health-gates?scope=fleet"
PASSED, FAILED = "", "no answer within 1 s"


def gate(checks: Sequence[str], *, ready: bool, passes: int, critical: bool = True) -> dict[str, object]:
    recent = [{"at": 100.0 + number, "error": error, "seconds": 0.01} for number, error in enumerate(checks)]
    return {
        "name": "a", "critical": critical, "ready": ready, "consecutive_passes": passes, "required": 3,
        "last_error": checks[-1] if checks else "", "last_seconds": 0.01, "seconds_in_state": 70 if ready else None,
        "recent": recent,
    }  # fmt: skip


def shown(service: Service, open_page: Open, *gates: dict[str, object], stale: bool = False) -> Dashboard:
    def answer(route: Route) -> None:
        now = time.time()
        told = [
            {
                "instance": f"main-{number}", "boot_id": "1", "heard_at": now, "rounds": 9, "stale": stale,
                "status": "ready" if each["ready"] or not each["critical"] else "not_ready", "interval": 5,
                "next_round_in": 3, "health_gates": [each],
            }
            for number, each in enumerate(gates, start=1)
        ]  # fmt: skip
        route.fulfill(status=200, body=json.dumps({"now": now, "problem": "", "others": [], "instances": told}))

    dashboard = open_page(service.address)
    dashboard.page.route(GATES, answer)
    dashboard.wait(PROMISE)
    return dashboard


def test_the_last_checks_are_pips_and_words(service: Service, open_page: Open) -> None:
    dashboard = shown(service, open_page, gate([PASSED, FAILED, PASSED, PASSED], ready=False, passes=2))
    row = dashboard.row("gates", "a")
    expect(row.locator(".pips .passed")).to_have_count(3)
    expect(row.locator(".pips .failed")).to_have_count(1)
    expect(row.locator(".pips .free")).to_have_count(6)
    expect(row.locator(".pips")).to_have_attribute("aria-label", "main-1, last checks of a: 3 of 4 passed")
    expect(row).to_contain_text("2 of 3 passes")
    expect(row).to_contain_text("never ready yet")
    expect(dashboard.state("gates", "a")).to_have_text("not ready")
    expect(dashboard.card("gates").locator(".lead")).to_contain_text("The instance is not ready")


def test_a_gate_that_is_ready_tells_since_when_and_of_the_next_round(service: Service, open_page: Open) -> None:
    dashboard = shown(service, open_page, gate([PASSED] * 10, ready=True, passes=40))
    row = dashboard.row("gates", "a")
    expect(row).to_contain_text("3 of 3 passes")
    expect(row).to_contain_text("for 1 min 1")
    expect(row).to_contain_text("check took 10 ms, next in ")


def test_of_several_instances_those_that_are_shut_are_shown(service: Service, open_page: Open) -> None:
    gates = [gate([PASSED] * 10, ready=True, passes=40), gate([PASSED, FAILED], ready=False, passes=0)]
    dashboard = shown(service, open_page, *gates)
    row = dashboard.row("gates", "a")
    expect(row).to_contain_text("on 1 of 2 instances")
    expect(row.locator(".pips")).to_have_count(1)
    expect(row).to_contain_text("no answer within 1 s")
    expect(row).to_contain_text("main-2")
    expect(dashboard.page.locator(".verdict")).to_contain_text(
        "critical gate a is not ready on 1 of 2 instances: requests are turned away"
    )


def test_a_gate_that_is_not_critical_warns_and_turns_nobody_away(service: Service, open_page: Open) -> None:
    dashboard = shown(service, open_page, gate([FAILED], ready=False, passes=0, critical=False))
    expect(dashboard.row("gates", "a").locator(".sign.warning")).to_have_count(1)
    expect(dashboard.card("gates").locator(".lead")).to_have_text("The instance takes requests.")


def test_checks_of_long_ago_tell_nothing_of_the_present(service: Service, open_page: Open) -> None:
    dashboard = shown(service, open_page, gate([PASSED], ready=True, passes=3), stale=True)
    expect(dashboard.card("gates")).to_contain_text("1 of 1 instances checked too long ago to tell of the present.")


def test_a_fleet_of_nobody_tells_nothing(service: Service, open_page: Open) -> None:
    dashboard = shown(service, open_page)
    expect(dashboard.card("gates")).to_contain_text("No instance tells whether it takes requests.")
