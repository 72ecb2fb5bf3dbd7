"""WCAG AA as far as a program can see it: every situation, both themes, a wide screen and a narrow one."""

import json
from typing import Any, Literal

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import ROOT
from tests.browser.conftest import Open
from tests.browser.dashboard import Dashboard
from tests.browser.played import Answers
from tests.browser.service import Service
from tests.browser.situations import SITUATIONS, come_about

AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")

Looks = tuple[tuple[Literal["dark", "light"], int], ...]


def barriers(dashboard: Dashboard) -> list[str]:
    dashboard.page.evaluate(AXE)
    dashboard.page.clock.resume()  # which axe waits for
    found: dict[str, Any] = dashboard.page.evaluate("() => axe.run(document)")
    dashboard.page.clock.pause_at(dashboard.page.evaluate("Date.now() / 1000 + 1"))
    dashboard.settle()
    return [f"{each['id']}: {node['html'][:200]}" for each in found["violations"] for node in each["nodes"]]


SAMPLE = ("calm", "wants a token", "unfolded")
EVERY: Looks = (("dark", 1280), ("light", 360), ("light", 1280), ("dark", 360))


def look_everywhere(dashboard: Dashboard, looks: Looks) -> None:
    for scheme, width in looks:
        dashboard.page.emulate_media(color_scheme=scheme)
        dashboard.page.set_viewport_size({"width": width, "height": 900})
        dashboard.has_nothing_beside()
        assert barriers(dashboard) == [], (scheme, width)


@pytest.mark.parametrize(
    ("situation", "looks"),
    [
        *(pytest.param(each, (EVERY[number],), id=each) for number, each in enumerate(SAMPLE)),
        *(pytest.param(each, EVERY, id=f"{each}, in every way", marks=pytest.mark.long) for each in SITUATIONS),
    ],
)
def test_no_barrier_is_found(running: Service, answers: Answers, open_page: Open, situation: str, looks: Looks) -> None:
    dashboard = open_page(running.address, answers=answers)
    come_about(situation, dashboard, answers)
    look_everywhere(dashboard, looks)


LETTER = {
    "id": "0001", "topic": "document.created", "document_id": "missing", "published_at": 1.0, "died_at": 2.0,
    "attempts": 1, "reason": "there is no such document",
}  # fmt: skip


def open_dialog(dashboard: Dashboard, title: str, token: str = "") -> None:
    """Open what a button opens, and identify oneself to it where a token is given."""
    dashboard.page.get_by_role("button", name=title, exact=True).first.click()
    if token:
        dashboard.page.get_by_label("Operator's token").fill(token)
        dashboard.page.get_by_label("Your name, for the audit").fill("ann")


@pytest.mark.long
def test_no_barrier_is_found_in_any_step_of_an_action(running: Service, answers: Answers, open_page: Open) -> None:
    for queue in answers.of_each("watchdogs", "queue_depth"):
        queue["dead_letters"] = 2
    dashboard = open_page(running.address, answers=answers)
    dialog, press = dashboard.page.get_by_role("dialog"), dashboard.page.get_by_role("button")

    def look(said: str) -> None:
        dashboard.settle()
        expect(dialog).to_contain_text(said)
        look_everywhere(dashboard, LOOKS[said])

    open_dialog(dashboard, "Turn on write drain", "wrong")
    look("Operator's token")
    dialog.get_by_label("Reason").fill("a test")
    press.get_by_text("Dry run").click()
    look("A valid bearer token is needed")
    dashboard.page.keyboard.press("Escape")
    open_dialog(dashboard, "Turn on write drain", running.system.operator_token)
    dialog.get_by_label("Reason").fill("a test")
    press.get_by_text("Dry run").click()
    look("Type write-drain to go on")
    dashboard.page.route("**/api/ops/**", lambda route: route.abort())
    dialog.get_by_label("Type write-drain to go on").fill("write-drain")
    press.get_by_text("Confirm").click()
    look("Whether it was done is not known.")
    dashboard.page.unroute("**/api/ops/**")
    dashboard.page.keyboard.press("Escape")

    open_dialog(dashboard, "Reset document_database")
    dialog.get_by_label("Reason").fill("a test")
    press.get_by_text("Dry run").click()
    press.get_by_text("Confirm").click()
    look("Done")
    dashboard.page.keyboard.press("Escape")

    letters = {"dead_letters": [LETTER, {**LETTER, "id": "0002"}], "next": "0003"}
    dashboard.page.route("**/api/ops/dead-letters*", lambda route: route.fulfill(status=200, body=json.dumps(letters)))
    open_dialog(dashboard, "Dead letters of indexer")
    dialog.get_by_role("checkbox").first.check()
    look("Discard 1 for good")


LOOKS: dict[str, Looks] = {
    "Operator's token": EVERY[:2],
    "A valid bearer token is needed": EVERY[:1],
    "Type write-drain to go on": EVERY[3:],
    "Whether it was done is not known.": EVERY[1:2],
    "Done": EVERY[2:3],
    "Discard 1 for good": EVERY[1:2],
}
"""Of each step, by what it says: in which ways it is looked at."""
