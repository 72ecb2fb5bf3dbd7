"""What the page shows of two instances under the harness's load, while it makes their dependencies fail."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from harness.targets.demo_settings import CANARY_MODEL
from tests.browser.conftest import Open
from tests.browser.dashboard import PATIENCE, Dashboard
from tests.browser.load import RATE, load_on
from tests.browser.service import Service
from tests.browser.test_barriers import barriers

STABLE = "embeddings:stable"
A_LOOK = 200.0
"""Milliseconds."""

PERCENT = re.compile("[1-9][0-9]* %")


@pytest.fixture
def loaded(service: Service) -> Iterator[Service]:
    service.mend()
    with load_on(service.system):
        yield service


def figure(place: Locator) -> float:
    """The first figure that stands there, once there is one."""
    expect(place).to_contain_text(re.compile("[0-9]"))
    return float(re.findall(r"[\d.]+", place.inner_text())[0])


def comes_to_say(dashboard: Dashboard, place: Locator, words: str | re.Pattern[str]) -> None:
    """Ask again and again until a place says so, rather than every five seconds."""
    give_up_at = time.monotonic() + PATIENCE / 1000
    while True:
        dashboard.ask_now()
        try:
            expect(place).to_contain_text(words, timeout=A_LOOK)
        except AssertionError:
            assert time.monotonic() < give_up_at
        else:
            return


@pytest.mark.long
def test_an_evening_of_incidents_is_read_in_the_page(loaded: Service, open_page: Open) -> None:
    dashboard = open_page(loaded.address)
    dashboard.page.clock.resume()  # its time passes as ours does
    everyday_traffic(dashboard)
    a_canary_fails(dashboard, loaded)
    the_provider_fails(dashboard, loaded)
    the_database_fails(dashboard, loaded)


def everyday_traffic(dashboard: Dashboard) -> None:
    assert 0.5 * RATE < figure(dashboard.tile("Traffic")) < 1.5 * RATE
    row = dashboard.row("golden-signals", "POST /api/embeddings")
    p50, p95, p99 = (figure(row.locator(f'[data-label="{quantile}"]')) for quantile in ("p50", "p95", "p99"))
    assert 0 < p50 <= p95 <= p99
    expect(dashboard.page.locator(".verdict")).to_contain_text("All is well")


def a_canary_fails(dashboard: Dashboard, service: Service) -> None:
    service.rollout("start", "the new model")
    rollout = dashboard.row("rollouts", "embeddings")
    comes_to_say(dashboard, dashboard.state("rollouts", "embeddings"), "running")
    expect(rollout.locator(".shares")).to_contain_text(re.compile("[1-9][0-9]* % measured, 50 % planned"))
    service.break_provider(CANARY_MODEL)
    comes_to_say(dashboard, dashboard.state("rollouts", "embeddings"), "rolled back")
    expect(dashboard.row("rollouts", "error")).to_contain_text("enough to roll back")
    service.mend_provider(CANARY_MODEL)


def the_provider_fails(dashboard: Dashboard, service: Service) -> None:
    verdict, tile = dashboard.page.locator(".verdict"), dashboard.row("breakers", STABLE)
    service.break_provider()
    comes_to_say(dashboard, verdict, re.compile(rf"breaker {STABLE} is (open|half open) on . of 2 instances"))
    expect(tile.locator("dl > div", has_text="Fallback")).to_contain_text(PERCENT)
    expect(tile.locator("dl > div", has_text="Shed")).to_contain_text(PERCENT)
    expect(tile.locator(".band .open").first).to_be_attached()
    expect(dashboard.card("journal")).to_contain_text(f"breaker {STABLE} opened")
    assert barriers(dashboard) == []
    dashboard.page.clock.resume()
    service.mend_provider()
    comes_to_say(dashboard, dashboard.state("breakers", STABLE), "closed")


def the_database_fails(dashboard: Dashboard, service: Service) -> None:
    lead = dashboard.card("gates").locator(".lead")
    service.break_dependency("document_database")
    comes_to_say(dashboard, lead, "2 of 2 instances are not ready: they turn requests away.")
    expect(dashboard.row("gates", "document_database").locator(".pips .failed").first).to_be_attached()
    expect(dashboard.tile("Shed")).to_contain_text(PERCENT)
    expect(dashboard.card("golden-signals")).to_contain_text("not ready")  # the cause
    expect(dashboard.page.locator(".verdict")).to_contain_text("of the requests of the last minute were turned away")
    service.mend_dependency("document_database")
    comes_to_say(dashboard, lead, "All 2 instances take requests.")
    expect(dashboard.card("journal")).to_contain_text("gate document_database is ready")
