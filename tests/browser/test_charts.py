"""Whether the charts tell the last half hour, with its holes and with what changed meanwhile."""

import json
import re
import time

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.conftest import Open
from tests.browser.dashboard import PROMISE, Dashboard
from tests.browser.played import Answers
from tests.browser.service import Service

MINUTE = 60
EVENTS = "**/api/observability/events?scope=fleet&limit=200"

IN_LEGENDS_COLOUR = """(chart) => {
  const legend = getComputedStyle(chart.querySelector(".series-1 svg")).color.match(/\\d+/g).map(Number);
  const canvas = chart.querySelector("canvas");
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const near = (at) => pixels[at + 3] > 200 && legend.every((part, i) => Math.abs(part - pixels[at + i]) < 12);
  return Array.from({ length: pixels.length / 4 }, (_, i) => 4 * i).some(near);
}"""

SPEAKS = """Object.defineProperty(Navigator.prototype, "language", {{ get: () => "{0}" }});"""
"""A browser of such a language."""

KEEPS_WORDS = """for (const name of ["clearRect", "fillText"]) {
  const draw = CanvasRenderingContext2D.prototype[name];
  CanvasRenderingContext2D.prototype[name] = function (first, ...more) {
    this.canvas.words = name === "clearRect" ? [] : [...(this.canvas.words ?? []), first];
    return draw.call(this, first, ...more);
  };
}"""
"""Has each canvas keep the words that are written on it."""


def chart(dashboard: Dashboard, title: str) -> Locator:
    return dashboard.page.locator(".chart", has_text=title).first


def test_a_chart_is_a_picture_a_sentence_and_a_table(service: Service, open_page: Open) -> None:
    service.embed(5)
    dashboard = open_page(service.address)
    dashboard.wait(MINUTE)
    shown = chart(dashboard, "Latency of the slowest route")
    expect(shown.locator("canvas")).to_have_count(1)
    expect(shown.get_by_role("img")).to_have_attribute("aria-label", re.compile("p99 .* now, between .* and "))
    shown.locator("summary").click()
    expect(shown.locator("tbody tr")).to_have_count(1)  # for by the service's clock it was less than a minute
    for name in ("p50", "p95", "p99", "failures' p99"):
        expect(shown.locator(".legend-of-chart")).to_contain_text(name)


def test_where_somebody_points_the_figures_are_those_of_then(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    dashboard.wait(MINUTE)
    shown = chart(dashboard, "Saturation")
    expect(shown.locator(".pointed")).to_have_text("")
    shown.locator(".u-over").hover()
    expect(shown.locator(".pointed")).to_have_text(re.compile("[0-9]{2}:[0-9]{2}:[0-9]{2}"))


def test_what_was_not_known_is_a_hole_and_no_figure(service: Service, open_page: Open) -> None:
    dashboard = open_page(service.address)
    dashboard.wait(MINUTE)
    dashboard.page.route("**/api/observability/**", lambda route: route.abort())
    dashboard.page.route("**/identity", lambda route: route.abort())
    dashboard.wait(MINUTE)
    shown = chart(dashboard, "Saturation")
    expect(shown.get_by_role("img")).to_have_attribute("aria-label", re.compile("requests in flight \N{EN DASH} now"))


def test_what_changed_is_marked_and_named(service: Service, open_page: Open) -> None:
    def answer(route: Route) -> None:
        now = time.time()
        event = {
            "sequence": 1, "at": now, "type": "breaker_opened", "subject": "embeddings:stable", "reason": "r",
            "detail": {},
        }  # fmt: skip
        told = [{"instance": name, "boot_id": "1", "event": event} for name in ("main-1", "main-2")]
        route.fulfill(status=200, body=json.dumps({"now": now, "problem": "", "others": [], "events": told}))

    dashboard = open_page(service.address)
    dashboard.page.route(EVENTS, answer)
    dashboard.wait(MINUTE)
    words = chart(dashboard, "Saturation").get_by_role("img").get_attribute("aria-label") or ""
    assert words.count("breaker embeddings:stable opened") == 1  # though both instances tell of it


def test_a_chart_is_drawn_in_the_colours_of_the_theme(running: Service, answers: Answers, open_page: Open) -> None:
    dashboard = open_page(running.address, answers=answers)
    dashboard.page.emulate_media(color_scheme="light")
    dashboard.wait(2 * PROMISE)
    shown = chart(dashboard, "Saturation")
    for theme in ("dark", "light", "system"):
        expect(shown.locator("canvas")).to_have_count(1)
        assert shown.evaluate(IN_LEGENDS_COLOUR), theme
        dashboard.page.get_by_role("button", name=f"Theme: {theme}. Change it").click()
        dashboard.wait(1)


@pytest.mark.parametrize("language", ["en-US@posix", "", "de-CH"])
def test_a_chart_is_drawn_whatever_the_language_of_the_browser(
    running: Service, answers: Answers, open_page: Open, language: str
) -> None:
    dashboard = open_page(running.address, answers=answers, script=SPEAKS.format(language))
    assert dashboard.page.evaluate("Object.getPrototypeOf(navigator).language") == language
    expect(chart(dashboard, "Saturation").locator("canvas")).to_have_count(1)


def test_why_no_chart_is_drawn_stands_on_the_console(running: Service, answers: Answers, open_page: Open) -> None:
    refuses = "Intl.NumberFormat = new Proxy(Intl.NumberFormat, { construct: (made, [language]) => {"
    refuses += " if (language !== 'en') throw new RangeError('no such language'); return new made(language); } });"
    dashboard = open_page(running.address, answers=answers, script=refuses)
    expect(chart(dashboard, "Saturation").locator(".nothing")).to_contain_text("could not be loaded")
    assert [text for text in dashboard.console if "RangeError: no such language" in text]


@pytest.mark.parametrize("in_flight", [0, 1, 3, 12])
def test_no_two_ticks_of_an_axis_read_the_same(
    running: Service, answers: Answers, open_page: Open, in_flight: int
) -> None:
    answers.told["golden-signals"]["in_flight"] = in_flight
    dashboard = open_page(running.address, answers=answers, script=KEEPS_WORDS)
    dashboard.wait(2 * PROMISE)
    for shown in dashboard.page.locator(".chart").all():
        expect(shown.locator("canvas")).to_have_count(1)
        written = shown.locator("canvas").evaluate("(canvas) => canvas.words")
        ticks = [words for words in written if not re.search("min|:", words)]
        assert len(ticks) > 1, written
        assert len(set(ticks)) == len(ticks), ticks
