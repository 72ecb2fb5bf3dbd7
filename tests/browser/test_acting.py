"""Whether an operator can act from the page: said why, tried first, confirmed, and found in the audit."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Route, expect

from tests.browser.acting import REASON, Operator, take_all_back
from tests.browser.conftest import Open
from tests.browser.dashboard import PROMISE
from tests.browser.service import Service


@pytest.fixture
def acted(service: Service) -> Iterator[Service]:
    """The service, with nothing set by an operator any more afterwards."""
    yield service
    take_all_back(service)


ENTRIES = [
    ("Isolate event_queue", "event_queue", "Done: on, until", "ann: isolate (breaker/event_queue)"),
    ("Reset document_database", "", "Done: off", "ann: reset (breaker/document_database)"),
    ("Turn on brownout", "", "Done: on, until", "(mode/brownout)"),
    ("Turn on write drain", "write-drain", "Done: on, until", "(mode/write_drain)"),
    ("Turn on safe mode", "safe-mode", "Done: on, until", "(mode/safe_mode)"),
    ("Quarantine indexer", "", "Done: on, until", "(agent/indexer)"),
    ("Turn off: provider_embeddings", "", "Done: on (value false)", "(flag/provider_embeddings)"),
    ("Give a share: provider_embeddings", "", "Done: on (percentage 50)", "(flag/provider_embeddings)"),
]


def test_every_change_of_an_entry_is_tried_confirmed_audited_and_undone(acted: Service, open_page: Open) -> None:
    operator = Operator(open_page(acted.address), acted)
    for title, typed, done, line in ENTRIES:
        operator.begin(title)
        expect(operator.dialog).to_contain_text("Nothing was changed yet. It would become:")
        expect(operator.dialog).to_contain_text(REASON)
        operator.confirm(typed=typed)
        expect(operator.dialog).to_contain_text(done)
        expect(operator.dialog.locator(".audit")).to_contain_text(line)
        expect(operator.dialog.locator(".audit")).to_contain_text(REASON)
        undo = operator.dialog.get_by_role("button", name=re.compile("^Undo: "))
        if undo.count():
            undo.click()
            operator.dialog.get_by_label("Reason").fill("that was enough")
            operator.try_it()
            operator.confirm()
            expect(operator.dialog).to_contain_text("Done: off")
        operator.page.keyboard.press("Escape")
        expect(operator.dialog).to_have_count(0)


def test_a_rollout_is_started_paused_resumed_promoted_and_rolled_back(acted: Service, open_page: Open) -> None:
    operator = Operator(open_page(acted.address), acted)
    state = operator.dashboard.state("rollouts", "embeddings")
    for title, typed, becomes in (
        ("Start embeddings", "", "running"),
        ("Pause embeddings", "", "paused"),
        ("Resume embeddings", "", "running"),
        ("Promote embeddings", "embeddings", "running"),
        ("Roll back embeddings", "", "rolled back"),
    ):
        operator.begin(title)
        operator.confirm(typed=typed)
        expect(operator.dialog.locator(".audit")).to_contain_text("rollout/embeddings")
        operator.page.keyboard.press("Escape")
        operator.dashboard.promises(state, becomes)


def test_a_dry_run_changes_nothing(acted: Service, open_page: Open) -> None:
    operator = Operator(open_page(acted.address), acted)
    operator.begin("Turn on brownout")
    operator.page.keyboard.press("Escape")
    operator.dashboard.wait(PROMISE)
    expect(operator.dashboard.state("modes", "brownout")).to_have_text("off")


def test_the_same_is_told_as_a_command_that_a_shell_takes(acted: Service, open_page: Open) -> None:
    operator = Operator(open_page(acted.address), acted)
    operator.begin("Isolate event_queue", reason="it's slow")
    expect(operator.dialog.locator("code")).to_have_text(
        "ops breakers isolate event_queue --reason 'it'\\''s slow' --ttl 3600s"
    )
    operator.press("Back")
    operator.dialog.get_by_label("Holds for").select_option("until it is taken back")
    operator.try_it()
    expect(operator.dialog.locator("code")).to_have_text("ops breakers isolate event_queue --reason 'it'\\''s slow'")
    operator.press("Back")
    expect(operator.dialog.get_by_label("Holds for")).to_have_value("0")  # what was chosen stays chosen


def test_a_wrong_token_is_said_and_nothing_that_was_typed_is_lost(acted: Service, open_page: Open) -> None:
    operator = Operator(open_page(acted.address), acted)
    operator.begin("Isolate event_queue", token="wrong")
    expect(operator.dialog.get_by_role("alert")).to_contain_text("A valid bearer token is needed")
    expect(operator.dialog.get_by_label("Reason")).to_have_value(REASON)
    assert operator.page.evaluate("sessionStorage.length") == 0
    operator.identify(operator.token)
    operator.try_it()
    expect(operator.dialog).to_contain_text("Nothing was changed yet.")


def test_what_another_operator_changed_meanwhile_is_not_overwritten(acted: Service, open_page: Open) -> None:
    operator = Operator(open_page(acted.address), acted)
    operator.begin("Turn on brownout")
    acted.lever("brownout", on=True)
    acted.lever("brownout", on=False)
    operator.confirm()
    expect(operator.dialog.get_by_role("alert")).to_contain_text("This cannot be done as things stand")
    operator.try_it()
    operator.confirm()
    expect(operator.dialog).to_contain_text("Done: on")


def test_when_the_answer_is_lost_it_is_not_known_and_the_audit_tells(acted: Service, open_page: Open) -> None:
    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    operator = Operator(open_page(acted.address), acted)
    operator.begin("Turn on brownout")
    operator.page.route("**/api/ops/brownout", lose)
    operator.confirm()
    expect(operator.dialog).to_contain_text("Whether it was done is not known.")
    operator.press("Look at the audit")
    operator.dashboard.settle()
    expect(operator.dialog.locator(".audit li").first).to_contain_text("(mode/brownout)")
    expect(operator.dialog.locator(".audit li").first).to_contain_text(REASON)


def test_everything_can_be_done_by_the_keyboard_and_the_focus_comes_back(acted: Service, open_page: Open) -> None:
    operator = Operator(open_page(acted.address), acted)
    button = operator.page.get_by_role("button", name="Isolate event_queue", exact=True)
    button.focus()
    keys = operator.page.keyboard
    keys.press("Enter")
    expect(operator.dialog.get_by_role("button", name="Close")).to_be_focused()
    keys.press("Tab")
    keys.type(operator.token)
    keys.press("Tab")
    keys.type("ann")
    keys.press("Tab")
    keys.type("by hand")
    operator.dashboard.wait(2)  # the page is drawn anew meanwhile
    expect(operator.dialog.get_by_label("Reason")).to_be_focused()
    keys.press("Enter")
    operator.dashboard.settle()
    expect(operator.dialog).to_contain_text("Nothing was changed yet.")
    keys.press("Escape")
    expect(operator.dialog).to_have_count(0)
    expect(button).to_be_focused()


def test_who_acts_can_stop_acting_and_the_tab_forgets_it(acted: Service, open_page: Open) -> None:
    operator = Operator(open_page(acted.address), acted)
    operator.begin("Turn on brownout")
    operator.page.keyboard.press("Escape")
    operator.press("Stop acting as ann")
    assert operator.page.evaluate("[sessionStorage.length, localStorage.length]") == [0, 0]
    assert not any(operator.token in url for url in operator.dashboard.requested)
