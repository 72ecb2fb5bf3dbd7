import re

from playwright.sync_api import Locator, expect

from harness.targets.demo_settings import CANARY_MODEL
from tests.browser.conftest import Open
from tests.browser.dashboard import PROMISE
from tests.browser.service import Service

BREAKER = "embeddings:stable"


def test_each_state_of_a_breaker_is_read_in_the_page(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    row, state = dashboard.row("breakers", BREAKER), dashboard.state("breakers", BREAKER)
    expect(state).to_have_text("closed")

    service.break_provider()
    service.shows_breaker(BREAKER, "open", after=service.embed_by_stable)
    dashboard.promises(state, "open")
    expect(row).to_contain_text("consecutive failures")

    service.mend_provider()
    service.shows_breaker(BREAKER, "half_open", after=service.embed_by_stable)
    dashboard.promises(state, "half open")

    service.shows_breaker(BREAKER, "closed", after=service.embed_by_stable)
    dashboard.promises(state, "closed")

    service.breaker(BREAKER, "isolate", "the provider is being moved")
    dashboard.promises(state, "isolated")
    expect(row).to_contain_text("the provider is being moved")


def test_each_state_of_a_gate_is_read_in_the_page(service: Service, open_page: Open) -> None:
    service.embed(1)  # so that the route is shown
    dashboard = open_page(service.address)
    database, provider = dashboard.state("gates", "document_database"), dashboard.state("gates", "embeddings")
    whole = dashboard.card("gates").locator(".lead")
    expect(database).to_have_text("ready")
    expect(provider).to_have_text("ready")
    expect(dashboard.row("gates", "document_database").locator("header")).to_contain_text("databasecritical")
    expect(dashboard.row("gates", "embeddings").locator("header")).to_contain_text("not critical")

    service.break_dependency("document_database")
    service.break_provider()
    service.shows_gate("document_database", ready=False)
    service.shows_gate("embeddings", ready=False)
    dashboard.promises(database, "not ready")
    expect(provider).to_have_text("not ready")
    expect(whole).to_have_text("2 of 2 instances are not ready: they turn requests away.")
    expect(dashboard.page.locator(".verdict")).to_contain_text("critical gate document_database is not ready")

    row = dashboard.row("golden-signals", "POST /api/embeddings")
    failed, shed = (row.locator(f'[data-label="{name}"]') for name in ("Failed (5xx)", "Shed (503)"))
    failures, before = figure(failed), figure(shed)
    service.embed(40)  # and all of them are shed
    dashboard.promises(shed, f"{before + 40:,}")
    expect(failed).to_have_text(f"{failures:,}")
    dashboard.wait(2 * PROMISE)
    expect(dashboard.tile("Shed")).to_have_text(re.compile("^100 %"))
    told = "100 % of the requests of the last minute were turned away"
    expect(dashboard.page.locator(".verdict")).to_contain_text(told)

    service.mend_dependency("document_database")
    service.mend_provider()
    service.shows_gate("document_database", ready=True)
    service.shows_gate("embeddings", ready=True)
    dashboard.promises(whole, "All 2 instances take requests.")
    expect(database).to_have_text("ready")
    expect(provider).to_have_text("ready")


def test_each_state_of_a_rollout_is_read_in_the_page(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    state = dashboard.state("rollouts", "embeddings")

    service.rollout("start", "the new model")
    dashboard.promises(state, "running")
    expect(dashboard.row("rollouts", "embeddings")).to_contain_text("the new model")
    service.rollout("pause")
    dashboard.promises(state, "paused")
    service.rollout("resume")
    service.rollout("promote")
    service.rollout("promote")
    dashboard.promises(state, "succeeded")

    service.rollout("start")
    service.break_provider(CANARY_MODEL)
    service.shows_rollout("rolled_back", after=lambda: service.embed(10))
    dashboard.promises(state, "rolled back")
    service.mend_provider(CANARY_MODEL)

    service.rollout("start")
    service.break_provider()
    service.shows_rollout("holding", after=lambda: service.embed(10))
    dashboard.promises(state, "holding")


def figure(cell: Locator) -> int:
    return int(cell.inner_text().replace(",", ""))


def test_traffic_is_read_in_the_page_route_by_route(service: Service, open_page: Open) -> None:
    service.embed(3)
    dashboard = open_page(service.address)
    row = dashboard.row("golden-signals", "POST /api/embeddings")
    requests = row.locator('[data-label="Requests"]')
    before = figure(requests)
    service.embed(30)
    dashboard.promises(requests, f"{before + 30:,}")
    dashboard.wait(2 * PROMISE)  # by then the counts are far enough apart
    for column in ("A second", "p50", "p95", "p99"):
        expect(row.locator(f'[data-label="{column}"]')).to_contain_text(re.compile("[0-9]"))
    expect(dashboard.tile("Errors")).to_have_text("0 %")
    expect(dashboard.card("golden-signals")).to_contain_text("2 instances")
