"""Whether the journal tells what happened in the fleet, newest first, and what it does not know."""

import json
import time
from collections.abc import Sequence

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.dashboard import PROMISE, Dashboard
from tests.browser.service import Service

EVENTS = "**/api/observability/events?scope=fleet*"
MARKUP = "<img src=x onerror=\"document.title='executed'\">"


def event(sequence: int, kind: str = "breaker_opened", **changed: object) -> dict[str, object]:
    """An event of some seconds ago: the greater the sequence, the later."""
    whose = {name: changed.pop(name, default) for name, default in (("instance", "main-1"), ("boot_id", "b1"))}
    at = time.time() - 3690 + sequence / 1000
    told = {"sequence": sequence, "at": at, "type": kind, "subject": "a", "reason": f"reason {sequence}", "detail": {}}
    return {**whose, "event": {**told, **changed}}


def play(dashboard: Dashboard, events: Sequence[object], **whole: object) -> None:
    """Have the service tell these events, the last one first."""
    told = {"now": time.time(), "problem": "", "others": [], "events": list(reversed(events)), **whole}
    dashboard.page.unroute_all()
    dashboard.page.route(EVENTS, lambda route: route.fulfill(status=200, body=json.dumps(told)))
    dashboard.wait(PROMISE)


def opened(dashboard: Dashboard, address: str, query: str = "") -> None:
    """Begin anew with a page that has not heard of any event yet."""
    dashboard.page.route(EVENTS, lambda route: route.abort())
    dashboard.page.goto(f"{address}/{query}")
    dashboard.settle()


def lines(dashboard: Dashboard) -> list[str]:
    return [" ".join(each.split()) for each in dashboard.card("journal").locator(".journal li").all_inner_texts()]


def test_what_an_operator_does_is_read_in_the_journal(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    service.lever("brownout", on=True, ttl=300)
    service.breaker("embeddings:canary", "isolate", "it is being moved")
    dashboard.wait(PROMISE)
    journal = dashboard.card("journal")
    isolated = journal.locator("[data-event=breaker_isolated]").first
    expect(isolated.locator(".sign.warning")).to_have_text("breaker embeddings:canary was isolated")
    expect(isolated).to_contain_text("main-1")
    turned_on = journal.locator("[data-event=mode_changed]").first
    expect(turned_on).to_contain_text("brownout was turned on")
    expect(turned_on).to_contain_text("a test")
    service.lever("brownout", on=False)
    dashboard.wait(PROMISE)
    expect(journal.locator("[data-event=mode_changed]").first.locator(".sign.good")).to_have_text(
        "brownout was turned off"
    )


def test_each_event_has_its_shape_its_sentence_its_time_and_its_instance(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    opened(dashboard, service.address)
    play(
        dashboard,
        [
            event(1, "instance_started", subject="main-1", reason=""),
            event(2, "watchdog_alerted", subject="dead_letters:indexer:document.created"),
            event(3, "breaker_closed", subject="a b"),
            event(4, "rollout_paused", subject="embeddings", detail={"by": "ann"}),
            event(5, "mode_changed", subject="safe_mode", detail={"on": False, "by": "ann", "until": 5.0}),
            event(6, "something_new", subject=MARKUP),
        ],
    )
    told = [line.split(" ", 1)[1] for line in lines(dashboard)]
    assert told == [
        f"{MARKUP} something new reason 6 main-1 · 1 h 1 min ago",
        "safe mode was turned off reason 5 main-1 · 1 h 1 min ago",
        "rollout embeddings was paused reason 4 by ann · main-1 · 1 h 1 min ago",
        "breaker a b closed reason 3 main-1 · 1 h 1 min ago",
        "indexer: document.created dead letters alerts reason 2 main-1 · 1 h 1 min ago",
        "main-1 started main-1 · 1 h 1 min ago",
    ]
    tones = [each.get_attribute("class") for each in dashboard.card("journal").locator(".journal li").all()]
    assert tones == ["notice", "good", "notice", "good", "bad", "notice"]
    assert dashboard.page.title() != "executed"


def test_kinds_are_hidden_and_shown_by_the_keyboard(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    opened(dashboard, service.address)
    play(dashboard, [event(1), event(2, "breaker_closed"), event(3)])
    bad = dashboard.card("journal").get_by_role("button", name="bad 2")
    expect(bad).to_have_attribute("aria-pressed", "true")
    bad.focus()
    dashboard.page.keyboard.press("Space")
    expect(bad).to_have_attribute("aria-pressed", "false")
    expect(dashboard.card("journal").locator(".journal li")).to_have_count(1)
    dashboard.wait(PROMISE)  # an answer does not undo what the reader chose
    expect(dashboard.card("journal").locator(".journal li")).to_have_count(1)
    dashboard.card("journal").get_by_role("button", name="good 1").click()
    expect(dashboard.card("journal")).to_contain_text("All of it is hidden.")
    dashboard.page.keyboard.press("Enter")
    expect(dashboard.card("journal").locator("[data-event=breaker_closed]")).to_have_count(1)


def test_two_hundred_lines_are_kept_and_twenty_shown_at_a_time(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    opened(dashboard, service.address)
    for first in (1, 101, 201):
        play(dashboard, [event(first + number) for number in range(100)])
    shown = dashboard.card("journal").locator(".journal li")
    expect(shown).to_have_count(20)
    for already in range(20, 200, 20):
        expect(shown).to_have_count(already)
        dashboard.card("journal").get_by_role("button", name="Show 20 more").click()
    expect(shown).to_have_count(200)
    expect(dashboard.card("journal").get_by_role("button", name="more")).to_have_count(0)
    assert "reason 300" in lines(dashboard)[0]
    assert "reason 101" in lines(dashboard)[-1]


def test_what_is_missing_between_two_lines_is_said_and_so_is_a_start(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    opened(dashboard, service.address)
    later = time.time() - 60
    play(dashboard, [event(1), event(5), *(event(number, boot_id="b2", at=later) for number in (2, 3))])
    gaps = dashboard.card("journal").locator(".journal .gap")
    expect(gaps).to_have_text(
        ["main-1 was started anew; its first 1 lines were not seen here", "3 more of main-1 that were not seen here"]
    )


def test_what_happens_to_all_instances_at_once_is_one_line(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    opened(dashboard, service.address)
    same = [event(1, "mode_changed", subject="brownout", reason="x", instance=f"main-{number}") for number in range(5)]
    other = event(2, "mode_changed", subject="brownout", reason="x", at=time.time(), instance="main-1")
    play(dashboard, [*same, other])
    whose = dashboard.card("journal").locator(".whose")
    expect(whose).to_contain_text(["main-1 · ", "main-4, main-3, main-2 and 2 more · "])

    opened(dashboard, service.address, "?instance=main-3")
    play(dashboard, [*same, other])
    expect(whose).to_contain_text(["main-3 · "])


def test_a_journal_that_cannot_be_read_keeps_its_lines_and_says_so(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    opened(dashboard, service.address)
    play(dashboard, [event(1)])
    play(dashboard, [event(2, at="noon")])
    failure = dashboard.card("journal").locator(".failure")
    expect(failure).to_contain_text('events[0].event.at is "noon"; expected a number')
    expect(dashboard.card("journal").locator(".journal li")).to_have_count(1)
    play(dashboard, [], problem="The count board does not answer.")
    expect(failure).to_have_count(0)
    expect(dashboard.card("journal")).to_contain_text("The count board does not answer.")


def test_nothing_that_happened_is_said_to_be_nothing(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    opened(dashboard, service.address)
    play(dashboard, [])
    expect(dashboard.card("journal").locator(".nothing")).to_have_text("Nothing has happened yet.")
