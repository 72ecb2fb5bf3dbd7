"""How far the page reads a service that is newer or older than itself, and what it says of the rest."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import zip_longest
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.dashboard import Dashboard
from tests.browser.incident import incident
from tests.browser.played import CARDS, Answers, Told
from tests.browser.service import Service
from tests.browser.stale import expect_stale_cards


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
    expect_stale_cards(dashboard, frozenset())
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
        answers.told[name] = deepcopy(before)
        change(answers.told[name])
        dashboard.ask_now()
        expect_stale_cards(dashboard, CARDS[name])
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
    copy = deepcopy(document)
    place: Any = copy
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return copy


SAMPLE = 19


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
    expect_stale_cards(dashboard, frozenset())


def failures(dashboard: Dashboard) -> dict[str, str]:
    """What each card says went wrong with its data."""
    found: dict[str, str] = dashboard.page.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('.card.stale > .failure')]"
        ".map((each) => [each.parentElement.id, each.textContent]))"
    )
    return found
