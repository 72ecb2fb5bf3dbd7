"""States in which the page can be, made of what a real service answered."""

from collections.abc import Callable, Mapping
from copy import deepcopy

from playwright.sync_api import Route, expect

from tests.browser.dashboard import PROMISE, Dashboard
from tests.browser.incident import incident
from tests.browser.played import PATHS, Answers


def calm(_: Answers) -> None:
    """Leave it as it was."""


def nobody(answers: Answers) -> None:
    """A service that tells of no instance, and of nothing else."""
    for document in answers.told.values():
        for name, value in document.items():
            if isinstance(value, list | dict):
                document[name] = type(value)()


def fleet_of(answers: Answers, count: int) -> None:
    """So many instances as there are now, in turn, each with a name of its own."""
    for document in answers.told.values():
        if instances := document.get("instances"):
            document["instances"] = [
                {**deepcopy(instances[number % len(instances)]), "instance": f"main-{number + 1}",
                 "boot_id": str(number)}
                for number in range(count)
            ]  # fmt: skip
    first = answers.told["events"]["events"]
    answers.told["events"]["events"] = [
        {**first[number % len(first)], "instance": f"main-{number + 1}", "boot_id": str(number)}
        for number in range(count)
    ]


def two_hundred(answers: Answers) -> None:
    """An incident of a great fleet."""
    incident(answers)
    fleet_of(answers, 200)


GREAT = "two hundred"
"""The situation that takes longest to look at."""

DATA: Mapping[str, Callable[[Answers], None]] = {
    "calm": calm,
    "nobody": nobody,
    GREAT: two_hundred,
}
"""What the service says."""


def gone(dashboard: Dashboard, answers: Answers) -> None:
    """It answered once, and does so no more."""
    for name in PATHS:
        answers.instead(name, Route.abort)
    dashboard.wait(PROMISE)
    expect(dashboard.page.locator("#freshness")).to_contain_text("stale")


def never_answered(dashboard: Dashboard, answers: Answers) -> None:
    """Nobody answered yet."""
    for name in PATHS:
        answers.instead(name, Route.abort)
    dashboard.page.reload()
    dashboard.settle()
    expect(dashboard.page.locator(".verdict")).to_contain_text("The service has not answered yet")


def wants_token(dashboard: Dashboard, answers: Answers) -> None:
    """A service that shows its figures to viewers alone, and to whom a wrong token was shown."""
    for name in PATHS:
        answers.instead(name, lambda route: route.fulfill(status=401, body="{}"))
    dashboard.wait(PROMISE)
    dashboard.page.get_by_label("Token").fill("wrong")
    dashboard.page.get_by_role("button", name="Look").click()
    dashboard.settle()
    expect(dashboard.page.get_by_role("alert")).to_contain_text("refused")


def of_another_version(dashboard: Dashboard, answers: Answers) -> None:
    """A newer service, a card of which is not understood."""
    answers.told["identity"]["version"] = "99.0.0"
    answers.told["circuit-breakers"]["instances"][0]["circuit_breakers"][0]["state"] = "melted"
    dashboard.wait(PROMISE)
    expect(dashboard.page.locator(".other-version")).to_be_visible()


def unfolded(dashboard: Dashboard, answers: Answers) -> None:
    """Everything of an incident that can be unfolded."""
    incident(answers)
    dashboard.wait(2 * PROMISE)  # by then there are rates
    for summary in dashboard.page.locator("summary").all():
        summary.click()


EVENTFUL: Mapping[str, Callable[[Dashboard, Answers], None]] = {
    "gone": gone,
    "never answered": never_answered,
    "wants a token": wants_token,
    "of another version": of_another_version,
    "unfolded": unfolded,
}
"""What happens to an open page."""


def come_about(situation: str, dashboard: Dashboard, answers: Answers) -> None:
    """Bring an open page into a situation."""
    if situation in EVENTFUL:
        EVENTFUL[situation](dashboard, answers)
        return
    DATA[situation](answers)
    dashboard.wait(PROMISE)


SITUATIONS: tuple[str, ...] = (*DATA, *EVENTFUL)
