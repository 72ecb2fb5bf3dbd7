"""Whether the page asks for a viewer's token when the service wants one, and keeps it to itself."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from harness.targets.local import LocalTarget
from tests.browser.conftest import SETTINGS, Open
from tests.browser.dashboard import PROMISE, Dashboard

TOKEN = "a-viewer-s-token"


@pytest.fixture(scope="module")
def guarded() -> Iterator[str]:
    """The address of a service that shows its figures to viewers alone."""
    with LocalTarget({**SETTINGS, "VIEWER_TOKEN": TOKEN}, ports=(0,)) as target:
        yield target.start().addresses[0]


def enter(dashboard: Dashboard, token: str) -> None:
    dashboard.page.get_by_label("Token").fill(token)
    dashboard.page.get_by_role("button", name="Look").click()
    dashboard.settle()


def test_a_token_is_asked_for_refused_and_taken(guarded: str, open_page: Open) -> None:
    dashboard = open_page(guarded)
    form, refused = dashboard.page.locator("form"), dashboard.page.get_by_role("alert")
    expect(form).to_contain_text("The service wants a viewer's token")
    asked = len(dashboard.requested)
    dashboard.wait(20)
    assert len(dashboard.requested) == asked  # nothing is asked without one

    enter(dashboard, "wrong-token")
    expect(refused).to_have_text("The service refused this token.")
    enter(dashboard, "no tokén")
    expect(refused).to_contain_text("A token is printable ASCII without spaces")
    enter(dashboard, TOKEN)
    expect(dashboard.row("breakers", "embeddings:stable")).to_contain_text("closed")
    expect(dashboard.row("rollouts", "embeddings")).to_contain_text("never started")
    dashboard.wait(PROMISE)
    expect(dashboard.page.locator("#freshness")).to_contain_text("live")

    dashboard.page.reload()
    dashboard.settle()
    expect(dashboard.row("breakers", "embeddings:stable")).to_contain_text("closed")
    dashboard.page.get_by_role("button", name="Forget the token").click()
    expect(form).to_be_visible()
    assert dashboard.page.evaluate("sessionStorage.length") == 0


def test_a_token_stands_in_no_address_and_is_kept_for_the_tab_alone(guarded: str, open_page: Open) -> None:
    dashboard = open_page(guarded)
    enter(dashboard, TOKEN)
    expect(dashboard.card("breakers")).to_be_visible()
    assert not any(TOKEN in url for url in [*dashboard.requested, dashboard.page.url])
    assert dashboard.page.evaluate("localStorage.length") == 0
    assert dashboard.context.cookies() == []
    other = dashboard.context.new_page()
    other.goto(f"{guarded}/")
    expect(other.locator("form")).to_be_visible()


def test_a_token_that_is_good_no_more_is_asked_for_anew_and_nothing_stays_in_sight(
    guarded: str, open_page: Open
) -> None:
    dashboard = open_page(guarded)
    enter(dashboard, TOKEN)
    dashboard.page.route("**/api/**", lambda route: route.fulfill(status=401, body="{}"))
    dashboard.wait(PROMISE)
    expect(dashboard.page.get_by_role("alert")).to_have_text("The service refused this token.")
    expect(dashboard.page.locator("table")).to_have_count(0)


def test_with_a_viewer_s_token_one_looks_and_does_not_act(guarded: str, open_page: Open) -> None:
    dashboard = open_page(guarded)
    enter(dashboard, TOKEN)
    dashboard.page.get_by_role("button", name="Turn on brownout", exact=True).click()
    dialog = dashboard.page.get_by_role("dialog")
    dialog.get_by_label("Operator's token").fill(TOKEN)
    dialog.get_by_label("Your name, for the audit").fill("ann")
    dialog.get_by_label("Reason").fill("a test")
    dialog.get_by_role("button", name="Dry run").click()
    dashboard.settle()
    expect(dialog.get_by_role("alert")).to_contain_text("token")
    expect(dialog.get_by_label("Reason")).to_have_value("a test")
    expect(dialog.get_by_label("Operator's token")).to_be_visible()
    dashboard.page.keyboard.press("Escape")
    dashboard.wait(PROMISE)
    expect(dashboard.state("modes", "brownout")).to_have_text("off")
    expect(dashboard.page.locator("#freshness")).to_contain_text("live")  # looking goes on
