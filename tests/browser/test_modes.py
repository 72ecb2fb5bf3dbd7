"""Whether the card of modes and flags tells what operators have set: who, why, until when, and what it does."""

import json
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.acting import take_all_back
from tests.browser.conftest import Open
from tests.browser.dashboard import PROMISE, Dashboard
from tests.browser.service import Service

MODES = "**/api/observability/modes"
FLAGS = "**/api/observability/flags"
MARKUP = "<b title=\"a\">'bold'</b>"
FLAG = "provider_embeddings"


@pytest.fixture
def levers(service: Service) -> Iterator[Service]:
    """The service, whose levers are all back afterwards."""
    yield service
    take_all_back(service)


def entry(**changed: object) -> dict[str, object]:
    said = {
        "on": True,
        "by": "ann",
        "reason": "a reason",
        "since": time.time() - 5430,
        "until": time.time() + 3690,
        "revision": 1,
    }
    return {**said, "settings": {}, **changed}


def mode(name: str, *, in_force: bool = False, said: object = None) -> dict[str, object]:
    return {"name": name, "in_force": in_force, "entry": said}


def flag(**changed: object) -> dict[str, object]:
    return {
        "name": "a_flag", "default": True, "description": "What it does.", "owner": "search", "variable": "FLAG_A",
        "brownout_capable": True, "fallback": "a hash", "value": True, "variant": "on", "reason": "DEFAULT",
        "percentage": None, "entry": None, **changed,
    }  # fmt: skip


def play(dashboard: Dashboard, *, modes: dict[str, object] | None = None, flags: list[dict[str, object]]) -> None:
    """Have the service tell of these."""
    known = {"modes": [mode("safe_mode")], "agents": [], "copy_age": 0.3, "problem": "", **(modes or {})}
    dashboard.page.unroute_all()
    dashboard.page.route(MODES, lambda route: route.fulfill(status=200, body=json.dumps(known)))
    dashboard.page.route(FLAGS, lambda route: route.fulfill(status=200, body=json.dumps({"flags": flags})))
    dashboard.wait(PROMISE)


def test_each_lever_is_read_in_the_page_when_it_is_set_and_when_it_is_taken_back(
    levers: Service, open_page: Open
) -> None:
    dashboard = open_page(levers.address)
    names = {"safe-mode": "safe_mode", "write-drain": "write_drain", "brownout": "brownout"}
    for name in names.values():
        expect(dashboard.state("modes", name)).to_have_text("off")
    expect(dashboard.state("modes", "indexer")).to_have_text("at work")
    expect(dashboard.state("modes", FLAG)).to_have_text("on")

    for path in names:
        levers.lever(path, on=True, ttl=600)
    levers.lever("agents/indexer/quarantine", on=True)
    levers.lever(f"flags/{FLAG}", percentage=20)
    dashboard.wait(PROMISE)
    for name in names.values():
        expect(dashboard.state("modes", name)).to_have_text("in force")
        expect(dashboard.row("modes", name)).to_contain_text("a test")
        expect(dashboard.row("modes", name)).to_contain_text("ends in 9 min 5")
    expect(dashboard.state("modes", "indexer")).to_have_text("quarantined")
    expect(dashboard.row("modes", "indexer")).to_contain_text("until somebody takes it back")
    expect(dashboard.state("modes", FLAG)).to_have_text("fallback")
    expect(dashboard.row("modes", FLAG)).to_contain_text("because of the safe mode; else for 20 % of the callers")

    for path in names:
        levers.lever(path, on=False)
    dashboard.promises(dashboard.state("modes", "safe_mode"), "off")
    expect(dashboard.row("modes", "safe_mode")).to_contain_text("Taken back by")
    expect(dashboard.state("modes", FLAG)).to_have_text("on for 20 %")


def test_the_time_that_is_left_is_counted_by_the_service_s_clock(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    dashboard.page.evaluate("(() => { const now = Date.now; Date.now = () => now() + 3600_000; })()")
    agents = [{"name": MARKUP, "quarantined": True, "entry": entry(until=None, reason=MARKUP)}]
    modes = [
        mode("safe_mode", in_force=True, said=entry()),
        mode("brownout", said=entry(until=time.time() - 5)),
        mode("write_drain", said=entry(on=False)),
    ]
    play(dashboard, modes={"modes": modes, "agents": agents}, flags=[])
    expect(dashboard.row("modes", "safe_mode")).to_contain_text("1 h 30 min ago")
    expect(dashboard.row("modes", "safe_mode")).to_contain_text("ends in 1 h 1 min")
    expect(dashboard.row("modes", "safe_mode")).to_contain_text("Nothing outside is called")
    expect(dashboard.row("modes", "brownout")).to_contain_text("a reason; it is over")
    expect(dashboard.row("modes", "write_drain")).to_contain_text("Taken back by ann")
    expect(dashboard.row("modes", MARKUP)).to_contain_text(MARKUP)


FLAGS_SAID: list[tuple[dict[str, object], str, str]] = [
    ({}, "on", "by default"),
    ({"value": False, "variant": "off", "reason": "STATIC"}, "off", "as the environment says"),
    ({"reason": "TARGETING_MATCH", "entry": entry()}, "on", "turned on by an operator"),
    ({"value": False, "variant": "off", "reason": "DISABLED", "entry": entry()}, "off", "turned off by an operator"),
    ({"value": None, "variant": None, "reason": "SPLIT", "percentage": 12.5}, "on for 13 %", "for a share"),
    ({"reason": "STALE"}, "on", "as it was last known"),
    ({"value": False, "variant": "fallback", "reason": "brownout"}, "fallback", "because of the brownout"),
    ({"value": None, "variant": None, "reason": "SOMETHING_NEW"}, "not the same for all", "something new"),
]


def test_a_flag_says_what_it_is_and_why(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    play(dashboard, flags=[flag(name=f"flag {index}", **changed) for index, (changed, *_) in enumerate(FLAGS_SAID)])
    for index, (_, state, why) in enumerate(FLAGS_SAID):
        expect(dashboard.state("modes", f"flag {index}")).to_have_text(state)
        for words in (why, "What it does.", "By default on; instead of it: a hash. Owner: search. Variable: FLAG_A"):
            expect(dashboard.row("modes", f"flag {index}")).to_contain_text(words)


def test_a_copy_that_is_old_is_said_to_be_so(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    play(dashboard, modes={"copy_age": 75, "problem": "the control store does not answer"}, flags=[flag()])
    expect(dashboard.card("modes").locator(".failure")).to_have_text(
        "This may not be up to date, it was read 1 min 15 s ago: the control store does not answer"
    )


def test_flags_that_cannot_be_read_leave_the_modes_in_sight(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    dashboard.page.route(FLAGS, lambda route: route.fulfill(status=200, body='{"flags": [{"name": 7}]}'))
    dashboard.page.reload()
    dashboard.settle()
    failure = dashboard.card("modes").locator(".failure")
    expect(failure).to_have_text("Flags: The answer is malformed: flags[0].name is 7; expected a text.")
    expect(dashboard.state("modes", "safe_mode")).to_have_text("off")
    expect(dashboard.card("modes").locator(".age")).to_contain_text("stale")


def test_an_unknown_mode_is_malformed(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    play(dashboard, modes={"modes": [mode("panic")]}, flags=[])
    told = 'modes[0].name is "panic"; expected one of safe_mode, write_drain, brownout.'
    expect(dashboard.card("modes").locator(".failure")).to_contain_text(told)
