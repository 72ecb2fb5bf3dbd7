"""What a real service answered once, and what is made of it: states that no test can wait for."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from playwright.sync_api import Route

from harness.targets.control import call
from tests.browser.dashboard import Dashboard

Told = dict[str, Any]
"""The document of each endpoint, by the endpoint's name."""

PATHS: Mapping[str, str] = {
    "identity": "/identity",
    "golden-signals": "/api/observability/golden-signals?scope=fleet",
    "circuit-breakers": "/api/observability/circuit-breakers?scope=fleet",
    "health-gates": "/api/observability/health-gates?scope=fleet",
    "rollouts": "/api/observability/rollouts",
    "watchdogs": "/api/observability/watchdogs?scope=fleet",
    "modes": "/api/observability/modes",
    "flags": "/api/observability/flags",
    "startup-dag": "/api/observability/startup-dag",
    "events": "/api/observability/events?scope=fleet&limit=200",
}
"""All that the page asks for."""

CARDS: Mapping[str, frozenset[str]] = {
    "identity": frozenset(),
    "golden-signals": frozenset({"golden-signals"}),
    "circuit-breakers": frozenset({"breakers"}),
    "health-gates": frozenset({"gates"}),
    "rollouts": frozenset({"rollouts"}),
    "watchdogs": frozenset({"queues", "ai-latency", "watchdogs"}),
    "modes": frozenset({"modes"}),
    "flags": frozenset({"modes"}),
    "startup-dag": frozenset({"startup"}),
    "events": frozenset({"journal"}),
}
"""The cards that rest on each."""

_ENDPOINTS = re.compile(r"/identity$|/api/observability/")


class Answers:
    """What the service says to a page, while its time passes as the page's does."""

    def __init__(self, told: str) -> None:
        """`told` is JSON, so that each has a copy of its own."""
        self.told: Told = json.loads(told)
        self.grows: dict[str, Mapping[str, int]] = {}
        """By how much the counts of a route grow in a second."""
        self._instead: dict[str, Callable[[Route], object]] = {}

    @classmethod
    def taken(cls, address: str) -> Self:
        """What a service at an address says now."""
        return cls(json.dumps({name: call("GET", address + path) for name, path in PATHS.items()}))

    def copy(self) -> "Answers":
        return Answers(json.dumps(self.told))

    def play(self, dashboard: Dashboard) -> None:
        """Answer the page from now on."""
        dashboard.page.route(_ENDPOINTS, lambda route: self._answer(route, dashboard))

    def instead(self, name: str, answer: Callable[[Route], object]) -> None:
        """Do this with the requests for an endpoint."""
        self._instead[name] = answer

    def as_told(self) -> None:
        """Answer every endpoint again."""
        self._instead.clear()

    def of_each(self, name: str, members: str) -> list[Told]:
        """What an endpoint says of each instance, one list for all."""
        return [each for of in self.told[name]["instances"] for each in of[members]]

    def _answer(self, route: Route, dashboard: Dashboard) -> None:
        name = _named(route.request.url)
        if name in self._instead:
            self._instead[name](route)
        else:
            route.fulfill(status=200, body=json.dumps(self._at(name, dashboard.passed)))

    def _at(self, name: str, passed: int) -> Told:
        document: Told = self.told[name]
        later = {**document, **_later(document, "now", passed)}
        for members in ("instances", "others"):
            if members in document and name != "golden-signals":
                later[members] = [{**each, **_later(each, "heard_at", passed)} for each in document[members]]
        if name == "golden-signals" and "routes" in document:
            later["routes"] = {route: self._grown(route, told, passed) for route, told in document["routes"].items()}
        return later

    def _grown(self, route: str, told: Told, passed: int) -> Told:
        grown = {
            count: told[count] + passed * rate for count, rate in self.grows.get(route, {}).items() if count in told
        }
        return {**told, **grown}


def _later(told: Told, member: str, passed: int) -> Told:
    return {member: told[member] + passed} if isinstance(told.get(member), int | float) else {}


def _named(url: str) -> str:
    """Which endpoint an address is of, whichever instance it asks about."""
    split = urlsplit(url)
    query = urlencode([pair for pair in parse_qsl(split.query) if pair[0] != "instance"])
    path = f"{split.path}?{query}" if query else split.path
    return next(name for name, each in PATHS.items() if each == path)
