"""Whether the card of rollouts tells where each one stands, what it is judged by, and what comes next."""

import json
import time
from collections.abc import Mapping

from playwright.sync_api import expect

from harness.targets.demo_settings import CANARY_MODEL
from tests.browser.conftest import Open
from tests.browser.dashboard import PROMISE, Dashboard
from tests.browser.service import Service

ROLLOUTS = "**/api/observability/rollouts"
NONE = "\N{EN DASH}"
MARKUP = "<b title=\"a\">'bold'</b>"


def objective(slo: str, **changed: object) -> dict[str, object]:
    judged = {"limit": 0.01, "n": 200, "k": 1, "stable_n": 400, "stable_k": 2, "log_evidence": -1}
    return {"slo": slo, **judged, "log_evidence_limit": 8, **changed}


def rollout(**changed: object) -> dict[str, object]:
    last = {"id": "a", "at": time.time() - 3690, "by": "ann", "reason": "it looks good"}
    return {
        "name": "embeddings", "generation": 3, "version": 7, "status": "running", "steps": [0.1, 0.5, 1], "step": 1,
        "planned_share": 0.5, "measured_share": 0.475, "requests": 190, "started_at": time.time() - 5430,
        "stage_started_at": time.time() - 3690, "last": last,
        "last_decision": "", "next_decision": "evidence 3 of 20 for the step", "slos": [objective("error")],
        "instances": 2, "copy_age": 0.5, "problem": "", **changed,
    }  # fmt: skip


NEVER_STARTED = rollout(
    generation=0, version=0, status=None, steps=[], step=None, planned_share=0, measured_share=None, requests=None,
    started_at=None, stage_started_at=None, last=None, next_decision="", slos=[], instances=None,
)  # fmt: skip


def play(dashboard: Dashboard, *rollouts: Mapping[str, object]) -> None:
    """Have the service tell of these rollouts."""
    dashboard.page.unroute_all()
    dashboard.page.route(ROLLOUTS, lambda route: route.fulfill(status=200, body=json.dumps({"rollouts": rollouts})))
    dashboard.wait(PROMISE)


def rail(dashboard: Dashboard) -> list[str]:
    """Each stop with its words and whether it is the present one."""
    stops = dashboard.row("rollouts", "embeddings").locator(".rail li").all()
    return [f"{stop.inner_text()}{'*' * bool(stop.get_attribute('aria-current'))}".replace("\n", " ") for stop in stops]


def test_a_running_rollout_shows_its_way_its_samples_and_what_comes_next(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    play(dashboard, rollout())
    shown = dashboard.row("rollouts", "embeddings")
    first, second, here, last = rail(dashboard)
    assert (first, second, last) == ("0 % start", "10 % passed", "100 % to come")
    assert here.startswith("50 % here for 1 h 1 min")
    assert here.endswith("*")
    for words in ("48 %", "50 % planned", "190 on this step", "400 in all", "generation 3", "started 1 h 30 min ago"):
        assert words in " ".join(shown.inner_text().split()), words
    decisions = " ".join(shown.locator(".decisions").inner_text().split())
    assert "Next decision evidence 3 of 20 for the step" in decisions
    assert "Last act it looks good by ann at" in decisions


STOPS = [
    ("holding", 0, ["0 % start", "10 % holding for *", "50 % to come", "100 % to come"]),
    ("paused", 1, ["0 % start", "10 % passed", "50 % paused for *", "100 % to come"]),
    ("succeeded", 2, ["0 % start", "10 % passed", "50 % passed", "100 % serves everyone*"]),
    ("rolled_back", 1, ["0 % all back here*", "10 % had passed", "50 % rolled back here", "100 % not reached"]),
]


def test_the_rail_says_what_lies_behind_where_it_stands_and_what_is_to_come(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    for status, step, stops in STOPS:
        play(dashboard, rollout(status=status, step=step))
        expect(dashboard.state("rollouts", "embeddings")).to_have_text(status.replace("_", " "))
        for told, expected in zip(rail(dashboard), stops, strict=True):
            begins, _, ends = expected.partition(" for ")
            assert told.startswith(begins)
            assert told.endswith(ends)


def test_one_that_was_never_started_says_so_and_shows_no_figure(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    play(dashboard, NEVER_STARTED)
    expect(dashboard.state("rollouts", "embeddings")).to_have_text("never started")
    expect(dashboard.row("rollouts", "embeddings")).to_contain_text("Every caller gets the stable version.")
    expect(dashboard.row("rollouts", "embeddings").locator(".rail, .facts, .decisions")).to_have_count(0)


def test_evidence_stands_against_its_limit(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    slos = [
        objective("error", n=200, k=30, log_evidence=8.5),
        objective("slow", log_evidence=2),
        objective("first_attempt", n=0, k=0, log_evidence=-700),
    ]
    play(dashboard, rollout(slos=slos))
    error, slow, first = (dashboard.row("rollouts", slo) for slo in ("error", "slow", "first_attempt"))
    expect(error).to_contain_text("30 of 200")
    expect(error.locator('[data-label="Canary"] .sign')).to_have_text("15 %")
    expect(error.locator('[data-label="Evidence against it"] .sign')).to_have_text("enough to roll back")
    expect(error.locator("svg.meter.over")).to_have_count(1)
    expect(slow.locator('[data-label="Evidence against it"]')).to_contain_text("25 % of the limit")
    expect(first.locator('[data-label="Canary"]')).to_contain_text(NONE)
    expect(first.locator('[data-label="Evidence against it"]')).to_contain_text("none")


def test_counts_that_cannot_be_read_leave_their_places_empty_and_say_why(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    unread = rollout(measured_share=None, requests=None, slos=[], problem="the counts could not be read", copy_age=None)
    play(dashboard, unread)
    expect(dashboard.card("rollouts").locator(".failure")).to_contain_text(
        "embeddings may not be up to date, it was never read: the counts could not be read"
    )
    expect(dashboard.row("rollouts", "embeddings").locator(".shares")).to_contain_text(f"{NONE} measured, 50 % planned")
    expect(dashboard.page.locator(".verdict")).to_contain_text("rollout embeddings may not be up to date")


def test_what_the_canary_was_rolled_back_for_is_read_beside_who_did_it(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    service.rollout("start", MARKUP)
    service.break_provider(CANARY_MODEL)
    service.shows_rollout("rolled_back", after=lambda: service.embed(10))
    dashboard.wait(PROMISE)
    shown = dashboard.row("rollouts", "embeddings")
    expect(shown.locator(".decisions")).to_contain_text("canary requests; the limit is")
    counted = dashboard.row("rollouts", "error").locator('[data-label="Canary"] small').inner_text().split(" of ")[1]
    expect(shown.locator(".facts")).to_contain_text(f"{counted} in all")
    expect(shown.locator(".rail .ended")).to_contain_text("rolled back here")
    expect(dashboard.row("rollouts", "error").locator(".sign.bad")).to_have_text("enough to roll back")


def test_names_are_texts_and_many_steps_have_room(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address, width=360)
    steps = [0.001, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]
    play(dashboard, rollout(), rollout(name=MARKUP, steps=steps, step=7), rollout(name="a name  with spaces " * 20))
    expect(dashboard.row("rollouts", MARKUP).locator("h3")).to_have_text(MARKUP)
    expect(dashboard.row("rollouts", MARKUP).locator(".rail li")).to_have_count(14)
    assert dashboard.page.evaluate("document.documentElement.scrollWidth") == 360
