"""What the page makes of a service that is killed, broken, newer, older, empty or huge, and of odd names and clocks."""

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import zip_longest
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from harness.targets.local import LocalTarget
from tests.browser.conftest import SETTINGS, Open
from tests.browser.dashboard import PROMISE, Dashboard
from tests.browser.played import CARDS, PATHS, Answers, Told
from tests.browser.service import Service
from tests.browser.situations import fleet_of, incident, nobody

LONGEST_PAUSE = 21
"""Seconds after which the page has asked again, however long the service was away."""


def test_an_instance_that_is_killed_and_started_anew_is_told_from_its_first_request(open_page: Open) -> None:
    with LocalTarget(SETTINGS, ports=(0,)) as target:
        service = Service(target.start())
        service.embed(30)
        dashboard = open_page(service.address)
        requests = dashboard.row("golden-signals", "POST /api/embeddings").locator('[data-label="Requests"]')
        expect(requests).to_have_text("30")
        target._children[-1]._process.kill()
        dashboard.wait(PROMISE)
        expect(dashboard.page.locator("#freshness")).to_contain_text("stale")
        expect(dashboard.page.locator(".verdict")).to_contain_text("nothing is known of the present")
        expect(requests).to_have_text("30")  # the last that is known

        target.restart(1)
        service.embed(1)
        dashboard.wait(LONGEST_PAUSE)
        expect(dashboard.page.locator("#freshness")).to_contain_text("live: data is")
        expect(requests).to_have_text(re.compile("^(31|1)$"))  # what it counted before is kept for a while
        expect(dashboard.page.locator("main")).not_to_contain_text("\N{MINUS SIGN}")
        expect(dashboard.page.locator("main")).not_to_contain_text("NaN")
        expect(dashboard.card("journal")).to_contain_text("main-1 was started anew")


def expect_stale(dashboard: Dashboard, cards: frozenset[str]) -> None:
    """These alone are of the past."""
    expect(dashboard.page.locator(".card.stale")).to_have_count(len(cards))
    assert stale_cards(dashboard) == cards


def stale_cards(dashboard: Dashboard) -> frozenset[str]:
    found: list[str] = dashboard.page.evaluate(
        "() => [...document.querySelectorAll('.card.stale')].map((each) => each.id)"
    )
    return frozenset(found)


def broken(name: str, answers: Answers) -> Iterator[tuple[Callable[[Route], object], str]]:
    """Ways in which an endpoint can be of no use, and what is said of each."""
    document = answers.told[name]
    member = next(each for each in ("instances", "events", *document) if each in document and each != "problem")
    without = {key: value for key, value in document.items() if key != member}
    yield partial(told, status=500, body="boom"), "The service answered 500."
    yield partial(told, status=200, body=json.dumps(document)[:-9]), "The answer is not JSON."
    yield partial(told, status=200, body="[]"), "The answer is malformed: the answer is []; expected an object."
    if name != "identity":  # whose first member the page has no use for
        yield partial(told, body=json.dumps(without)), f"The answer is malformed: {member} is missing; expected "
        yield (
            partial(told, body=json.dumps({**document, member: 7})),
            f"The answer is malformed: {member} is 7; expected ",
        )
    yield Route.abort, "The service cannot be reached."


def told(route: Route, *, body: str, status: int = 200) -> None:
    route.fulfill(status=status, body=body)


@pytest.mark.parametrize("ways", [2, pytest.param(None, marks=pytest.mark.long)])
def test_of_a_broken_endpoint_its_cards_alone_say_so(
    running: Service, answers: Answers, open_page: Open, ways: int | None
) -> None:
    dashboard = open_page(running.address, answers=answers)
    expect_stale(dashboard, frozenset())
    known = dashboard.page.locator(".card .content").count()
    for number, name in enumerate(PATHS):
        every = list(broken(name, answers))
        for way, said in every if ways is None else every[number % 3 :: 3][:ways]:
            answers.instead(name, way)
            dashboard.ask_now()
            expect_stale(dashboard, CARDS[name])
            for card in CARDS[name]:
                expect(dashboard.card(card).locator("> .failure")).to_contain_text(said)
            expect(dashboard.page.locator("#freshness")).to_contain_text("partly stale")
            expect(dashboard.page.locator(".verdict")).to_contain_text("not known")
            expect(dashboard.page.locator(".card .content")).to_have_count(known)  # what was known stays in sight
        answers.as_told()
    dashboard.ask_now()
    expect_stale(dashboard, frozenset())
    expect(dashboard.page.locator(".verdict")).to_contain_text("All is well")


def newer(value: Any) -> Any:
    """What a newer service may say: the same, and more."""
    if isinstance(value, dict):
        return {name: newer(each) for name, each in value.items()} | {"of_tomorrow": {"a": [1]}}
    return [newer(each) for each in value] if isinstance(value, list) else value


MAPS = ("golden-signals", "events")
"""Those with objects whose names are data: there a new name is a new thing."""


def test_a_newer_service_is_read_as_far_as_it_says_the_same(
    running: Service, answers: Answers, open_page: Open
) -> None:
    for name in answers.told.keys() - MAPS:
        answers.told[name] = newer(answers.told[name])
        for of in answers.told[name].get("instances", []):
            if "fallbacks" in of:
                of["fallbacks"].pop("of_tomorrow", None)
    answers.told["identity"]["version"] = "99.0.0"
    dashboard = open_page(running.address, answers=answers)
    expect_stale(dashboard, frozenset())
    expect(dashboard.page.locator(".other-version")).to_contain_text("the service is version 99.0.0: reload the page")
    expect(dashboard.page.locator(".verdict")).to_contain_text("All is well")


UNKNOWN: dict[str, Callable[[Told], object]] = {
    "circuit-breakers": lambda told: told["instances"][0]["circuit_breakers"][0].update(state="melted"),
    "health-gates": lambda told: told["instances"][0].update(status="melted"),
    "rollouts": lambda told: told["rollouts"][0].update(status="melted"),
    "watchdogs": lambda told: told["instances"][0]["watchdogs"][0].update(state="melted"),
    "modes": lambda told: told["modes"][0].update(name="melted"),
    "flags": lambda told: told["flags"][0].update(variant="melted"),
    "startup-dag": lambda told: told["nodes"][0].update(status="melted"),
}


def test_a_word_that_is_not_known_is_said_by_its_card_alone(
    running: Service, answers: Answers, open_page: Open
) -> None:
    dashboard = open_page(running.address, answers=answers)
    for name, change in UNKNOWN.items():
        before = answers.told[name]
        answers.told[name] = json.loads(json.dumps(before))
        change(answers.told[name])
        dashboard.ask_now()
        expect_stale(dashboard, CARDS[name])
        for card in CARDS[name]:
            expect(dashboard.card(card).locator("> .failure")).to_contain_text('is "melted"; expected ')
        answers.told[name] = before


def members(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where a member stands, of all objects of a document, of which a list is shown by its first one."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield (*path, name)
            yield from members(each, (*path, name))
    if isinstance(value, list) and value:
        yield from members(value[0], (*path, 0))


def without(document: Told, path: tuple[str | int, ...]) -> Told:
    copy: Told = json.loads(json.dumps(document))
    place: Any = copy
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return copy


SAMPLE = 9


@pytest.mark.parametrize("every", [SAMPLE, pytest.param(1, marks=pytest.mark.long)])
def test_an_older_service_is_read_as_far_as_it_goes(
    running: Service, answers: Answers, open_page: Open, every: int
) -> None:
    incident(answers)
    whole = dict(answers.told)
    dashboard = open_page(running.address, answers=answers)
    missing = zip_longest(*(list(members(document))[::every] for document in whole.values()))
    for paths in missing:  # of each endpoint one at a time
        gone = {name: path for name, path in zip(whole, paths, strict=True) if path}
        answers.told = {**whole, **{name: without(whole[name], path) for name, path in gone.items()}}
        dashboard.ask_now()
        for card, said in failures(dashboard).items():
            names = [str(path[-1]) for name, path in gone.items() if card in CARDS[name]]
            assert any(f"{name} is missing; expected " in said for name in names), (card, said)
    answers.told = whole
    dashboard.ask_now()
    expect_stale(dashboard, frozenset())


def failures(dashboard: Dashboard) -> dict[str, str]:
    """What each card says went wrong with its data."""
    found: dict[str, str] = dashboard.page.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('.card.stale > .failure')]"
        ".map((each) => [each.parentElement.id, each.textContent]))"
    )
    return found


def test_a_fleet_of_nobody_is_told_as_such(running: Service, answers: Answers, open_page: Open) -> None:
    nobody(answers)
    dashboard = open_page(running.address, answers=answers, width=360)
    expect_stale(dashboard, frozenset())
    for card, said in (
        ("golden-signals", "0 instances"),
        ("breakers", "There are none: the reliability layer is off."),
        ("gates", "No instance tells whether it takes requests."),
        ("watchdogs", "No instance"),
        ("queues", "Nobody tells of the queue."),
        ("startup", "There is no graph"),
    ):
        expect(dashboard.card(card)).to_contain_text(said)
    dashboard.has_nothing_beside()


MOST_NODES = 6000
LONGEST_DRAWING = 500.0
"""Milliseconds, on a busy machine."""


def test_two_hundred_instances_in_an_incident_are_drawn_as_quickly_as_few(
    running: Service, answers: Answers, open_page: Open
) -> None:
    incident(answers)
    fleet_of(answers, 200)
    dashboard = open_page(running.address, answers=answers)
    expect(dashboard.card("breakers").locator(".about")).to_have_text("of 200 instances")
    expect(dashboard.page.locator(".picker option")).to_have_count(201)
    assert dashboard.page.evaluate("document.querySelectorAll('*').length") < MOST_NODES
    for width in (1280, 360):
        dashboard.page.set_viewport_size({"width": width, "height": 900})
        dashboard.has_nothing_beside()
    before = scripted(dashboard)
    dashboard.page.clock.run_for(1000)  # it is drawn each second
    assert (scripted(dashboard) - before) < LONGEST_DRAWING

    dashboard.page.locator(".picker select").select_option("main-200")
    dashboard.settle()
    expect(dashboard.card("breakers").locator(".about")).to_have_text("of main-200")


def scripted(dashboard: Dashboard) -> float:
    """Milliseconds that the page's scripts have run for so far."""
    session = dashboard.context.new_cdp_session(dashboard.page)
    session.send("Performance.enable")
    figures: list[dict[str, Any]] = session.send("Performance.getMetrics")["metrics"]
    session.detach()
    return 1000 * sum(float(each["value"]) for each in figures if each["name"] == "ScriptDuration")


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
        expect_stale(dashboard, frozenset())
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


HOUR = 3600


def test_a_clock_that_is_an_hour_wrong_changes_nothing_that_is_told(
    running: Service, answers: Answers, open_page: Open
) -> None:
    incident(answers)
    pages = [open_page(running.address, answers=answers, ahead=ahead) for ahead in (0, HOUR, -HOUR)]
    right, fast, slow = (each.page.locator("main").inner_text().splitlines() for each in pages)
    assert "ago" in " ".join(right)
    assert fast == right
    assert slow == right


def test_times_of_day_are_those_where_the_reader_is(running: Service, answers: Answers, open_page: Open) -> None:
    come = [open_page(running.address, answers=answers, zone=zone) for zone in ("UTC", "Asia/Kolkata")]
    here, there = (each.card("journal").locator("time").first.inner_text().split(":") for each in come)
    minutes = [60 * int(hour) + int(minute) for hour, minute, *_ in (here, there)]
    assert (minutes[1] - minutes[0]) % (24 * 60) == 5 * 60 + 30


def test_what_comes_after_ten_seconds_comes_too_late_and_is_not_taken(
    running: Service, answers: Answers, open_page: Open
) -> None:
    dashboard = open_page(running.address, answers=answers)
    held: list[Route] = []
    answers.instead("modes", held.append)
    for _ in range(10):
        dashboard.page.clock.run_for(1000)
        dashboard.settle(but="/modes")
    expect(dashboard.card("modes")).to_contain_text("The service did not answer within 4 s.")
    expect_stale(dashboard, frozenset({"modes"}))
    before = dashboard.card("modes").inner_text()
    late, *others = held
    told(late, body=json.dumps(answers.told["modes"] | {"problem": "too late"}))
    dashboard.page.clock.run_for(100)
    assert dashboard.card("modes").inner_text() == before
    answers.as_told()
    for route in others:
        told(route, body=json.dumps(answers.told["modes"]))
    dashboard.wait(PROMISE)
    expect_stale(dashboard, frozenset())
