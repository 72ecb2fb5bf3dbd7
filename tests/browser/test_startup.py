"""Whether the startup graph is drawn, with its critical path and what did not start."""

import json

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Open
from tests.browser.dashboard import PROMISE, Dashboard
from tests.browser.service import Service

STARTUP = "**/api/observability/startup-dag"


def node(name: str, needs: list[str], rank: int, seconds: float | None, **changed: object) -> dict[str, object]:
    return {
        "id": name, "needs": needs, "critical": True, "rank": rank, "status": "started", "seconds": seconds,
        "error": "",
    } | changed  # fmt: skip


def shown(service: Service, open_page: Open, *nodes: dict[str, object]) -> Dashboard:
    def answer(route: Route) -> None:
        route.fulfill(status=200, body=json.dumps({"status": "ok", "nodes": list(nodes)}))

    dashboard = open_page(service.address)
    dashboard.page.route(STARTUP, answer)
    dashboard.wait(PROMISE)
    return dashboard


def test_the_graph_of_a_real_service_is_drawn_and_told_as_a_table(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    card = dashboard.card("startup")
    expect(card.locator("svg .node")).to_have_count(9)
    expect(card).to_contain_text("Critical path")
    card.locator("summary").click()
    expect(card.locator('tr[data-row="health_gates"]')).to_contain_text("control_store, document_database, event_queue")


def test_the_critical_path_is_the_chain_that_took_longest(service: Service, open_page: Open) -> None:
    dashboard = shown(
        service, open_page, node("a", [], 0, 0.1), node("b", ["a"], 1, 0.3), node("c", ["a"], 1, 0.2),
        node("d", ["b", "c"], 2, 0.05), node("e", [], 0, 0.4),
    )  # fmt: skip
    card = dashboard.card("startup")
    expect(card.locator(".lead")).to_have_text("Critical path 450 ms: a \N{RIGHTWARDS ARROW} b \N{RIGHTWARDS ARROW} d")
    expect(card.locator("svg .node.heavy")).to_have_count(3)
    expect(card.locator("svg .edge.heavy")).to_have_count(2)


@pytest.mark.parametrize(
    ("status", "error", "said"),
    [
        ("degraded", "no answer", "a is degraded: no answer"),
        ("failed", "no file", "a is failed: no file"),
        ("pending", "", "a is pending"),
    ],
)
def test_what_did_not_start_is_named(service: Service, open_page: Open, status: str, error: str, said: str) -> None:
    dashboard = shown(service, open_page, node("a", [], 0, None, status=status, error=error, critical=False))
    expect(dashboard.card("startup").locator(".remark")).to_have_text(said)
    expect(dashboard.card("startup").locator(f"svg .node.{status}.optional")).to_have_count(1)


def test_without_the_reliability_layer_there_is_no_graph(service: Service, open_page: Open) -> None:
    dashboard = shown(service, open_page)
    expect(dashboard.card("startup")).to_contain_text("There is no graph: the reliability layer is off")
