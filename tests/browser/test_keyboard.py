"""Whether the page is used without a mouse: every control is reached, is seen to be, and lets go again."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.dashboard import Dashboard
from tests.browser.played import Answers
from tests.browser.service import Service
from tests.browser.situations import come_about

CONTROLS = """() => {
  const all = [...document.querySelectorAll("a[href], button, input, select, summary, textarea, [tabindex]")];
  const there = all.filter((each) => each.tabIndex >= 0 && !each.disabled && each.checkVisibility());
  window.controls = there;
  return there.map((each) => (each.getAttribute("aria-label") || each.textContent || each.tagName).trim());
}"""
"""The names of all that can be used, in the order in which they stand."""

FOCUSED = """() => {
  const each = document.activeElement;
  const at = window.controls.indexOf(each);
  const style = getComputedStyle(each);
  const place = each.getBoundingClientRect();
  const seen = [place.top + 2, (place.top + place.bottom) / 2, place.bottom - 2].some((y) => {
    const shown = document.elementFromPoint((place.left + place.right) / 2, y);
    return shown !== null && (each.contains(shown) || shown.contains(each));
  });
  return { at, ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2, seen };
}"""
"""Which of them has the focus, -1 for none, and whether that is seen: by a ring, and not all of it behind anything."""

NAME = "document.activeElement.outerHTML"


def walk(dashboard: Dashboard, key: str = "Tab") -> list[int]:
    """Go from control to control until one has been left for nothing, or for one where the way has been."""
    found: list[int] = []
    while True:
        dashboard.page.keyboard.press(key)
        focused = dashboard.page.evaluate(FOCUSED)
        if focused["at"] < 0 or focused["at"] in found:
            return found
        assert (focused["ring"], focused["seen"]) == (True, True), dashboard.page.evaluate(NAME)
        found.append(focused["at"])


@pytest.mark.parametrize("width", [1280, 360])
def test_every_control_is_reached_in_order_and_seen_to_be(
    running: Service, answers: Answers, open_page: Open, width: int
) -> None:
    dashboard = open_page(running.address, answers=answers, width=width)
    come_about("unfolded", dashboard, answers)
    dashboard.page.emulate_media(reduced_motion="reduce")  # else it is still scrolling when we look
    dashboard.page.evaluate("() => { document.body.tabIndex = -1; document.body.focus(); }")  # where the page begins
    dashboard.page.evaluate("document.body.removeAttribute('tabindex')")
    names = dashboard.page.evaluate(CONTROLS)
    assert len(names) > 40
    assert all(names)
    assert walk(dashboard) == list(range(len(names)))
    assert walk(dashboard, "Shift+Tab") == list(range(len(names)))[::-1]


def test_a_dialog_keeps_the_focus_and_gives_it_back(running: Service, answers: Answers, open_page: Open) -> None:
    dashboard = open_page(running.address, answers=answers)
    opener = dashboard.page.get_by_role("button", name="Turn on brownout", exact=True)
    opener.focus()
    dashboard.page.keyboard.press("Enter")
    expect(dashboard.page.get_by_role("dialog")).to_be_visible()
    names = dashboard.page.evaluate(
        CONTROLS.replace("document.querySelectorAll", "document.querySelector('dialog').querySelectorAll")
    )
    reached = {dashboard.page.evaluate(FOCUSED)["at"], *walk(dashboard)}
    assert reached - {-1} == set(range(len(names)))
    dashboard.page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_the_figures_are_one_key_away(running: Service, answers: Answers, open_page: Open) -> None:
    dashboard = open_page(running.address, answers=answers)
    dashboard.page.keyboard.press("Tab")
    expect(dashboard.page.get_by_text("To the figures")).to_be_focused()
    dashboard.page.keyboard.press("Enter")
    expect(dashboard.page.locator("#main")).to_be_focused()
