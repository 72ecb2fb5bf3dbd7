"""Whether names are shown as they are, whatever stands in them, and run nothing."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.incident import incident
from tests.browser.played import CARDS, Answers
from tests.browser.service import Service
from tests.browser.stale import expect_stale_cards

NAMES = (
    "a name  with   spaces",
    'it\'s "quoted" `and` \\ ; -- $(x) ${y} {{z}} %s &amp; &#60;',
    '<img src=x onerror="window.executed=1"><script>window.executed=1</script>',
    "javascript:window.executed=1",
    "\N{RIGHT-TO-LEFT OVERRIDE}evil\N{POP DIRECTIONAL FORMATTING} \u0645\u0631\u062d \u05e9\u05dc\u05d5\u05dd",
    "\N{SKULL}\N{VARIATION SELECTOR-16}e\N{COMBINING ACUTE ACCENT}\u0000\u200b\n\t",
    "unbroken" * 40,
)

WORDS = frozenset({
    "ok", "warning", "alert", "closed", "open", "half_open", "isolated", "ready", "not_ready", "running", "holding",
    "paused", "succeeded", "rolled_back", "started", "degraded", "failed", "pending", "on", "off", "fallback",
    "safe_mode", "write_drain", "brownout", "seconds", "ratio", "events",
})  # fmt: skip
"""Of these the page knows all that there are."""


def renamed(value: Any, name: str) -> Any:
    """The same with this behind whatever is named or said."""
    if isinstance(value, dict):
        return {key: renamed(each, name) if key != "type" else each for key, each in value.items()}
    if isinstance(value, list):
        return [renamed(each, name) for each in value]
    return f"{value} {name}" if isinstance(value, str) and value and value not in WORDS else value


@pytest.mark.parametrize("width", [360, 1280])
def test_odd_names_are_shown_as_they_are_wherever_there_are_names(
    running: Service, answers: Answers, open_page: Open, width: int
) -> None:
    incident(answers)
    before = answers.told
    dashboard = open_page(running.address, answers=answers, width=width)
    for name in NAMES:
        answers.told = {key: renamed(each, name) for key, each in before.items()}
        routes = answers.told["golden-signals"]["routes"]
        answers.told["golden-signals"]["routes"] = {f"{key} {name}": each for key, each in routes.items()}
        dashboard.ask_now()
        expect_stale_cards(dashboard, frozenset())
        for card in frozenset.union(*CARDS.values()):
            shown = dashboard.card(card).evaluate("(each) => each.textContent")
            assert name.replace("\u0000", "") in shown.replace("\u0000", ""), card
        assert dashboard.page.evaluate("window.executed") is None
        assert dashboard.page.locator("#page img, #page script, #page iframe").count() == 0
        dashboard.has_nothing_beside()
    dashboard.page.get_by_role("button", name="Isolate").first.click()  # the longest of them
    expect(dashboard.page.get_by_role("dialog")).to_contain_text(NAMES[-1])
    dialog = "(() => { const each = document.querySelector('dialog'); return each.scrollWidth - each.clientWidth; })()"
    assert dashboard.page.evaluate(dialog) == 0
