"""What the page makes of a service that is killed, of answers that are of no use, and of one that comes too late."""

import json
import re
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from playwright.sync_api import Route, expect

from harness.targets.local import LocalTarget
from tests.browser.conftest import SETTINGS, Open
from tests.browser.dashboard import PROMISE
from tests.browser.played import CARDS, PATHS, Answers
from tests.browser.service import Service
from tests.browser.stale import expect_stale_cards

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
    expect_stale_cards(dashboard, frozenset())
    known = dashboard.page.locator(".card .content").count()
    for number, name in enumerate(PATHS):
        every = list(broken(name, answers))
        for way, said in every if ways is None else every[number % 3 :: 3][:ways]:
            answers.instead(name, way)
            dashboard.ask_now()
            expect_stale_cards(dashboard, CARDS[name])
            for card in CARDS[name]:
                expect(dashboard.card(card).locator("> .failure")).to_contain_text(said)
            expect(dashboard.page.locator("#freshness")).to_contain_text("partly stale")
            expect(dashboard.page.locator(".verdict")).to_contain_text("not known")
            expect(dashboard.page.locator(".card .content")).to_have_count(known)  # what was known stays in sight
        answers.as_told()
    dashboard.ask_now()
    expect_stale_cards(dashboard, frozenset())
    expect(dashboard.page.locator(".verdict")).to_contain_text("All is well")


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
    expect_stale_cards(dashboard, frozenset({"modes"}))
    before = dashboard.card("modes").inner_text()
    late, *others = held
    told(late, body=json.dumps(answers.told["modes"] | {"problem": "too late"}))
    dashboard.page.clock.run_for(100)
    assert dashboard.card("modes").inner_text() == before
    answers.as_told()
    for route in others:
        told(route, body=json.dumps(answers.told["modes"]))
    dashboard.wait(PROMISE)
    expect_stale_cards(dashboard, frozenset())
