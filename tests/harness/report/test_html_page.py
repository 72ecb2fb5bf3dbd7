import dataclasses
import re
from html.parser import HTMLParser
from typing import ClassVar

import msgspec
import pytest

from harness.record import RunRecord
from harness.report.html_page import html_page
from harness.results import Results, RunVerdict, assess
from tests.harness.breaker_model import Behaviour
from tests.harness.rows import record
from tests.harness.story import story
from tests.harness.synthetic_phases import CONTRAST, STORY
from tests.harness.synthetic_run import synthetic_run

RESULTS = assess(story(), synthetic_run(contrast=CONTRAST))
PAGE = html_page(RESULTS)
LARGEST = 300_000


class Outline(HTMLParser):
    """Reads a page and complains about tags that are not closed in order."""

    VOID: ClassVar = {"meta", "br", "hr", "img", "link", "input"}

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags.append(tag)
        self.ids += [told["id"] or ""] if "id" in told else []
        self.links += [told["href"] or ""] if "href" in told else []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


OUTLINE = Outline(PAGE)


def test_the_page_needs_nothing_beside_itself_and_no_script() -> None:
    assert not {"script", "link", "img", "iframe", "object"} & set(OUTLINE.tags)
    assert "http" not in PAGE.replace("http-equiv", "")
    assert "url(" not in PAGE.replace("url(#hatch)", "")
    assert all(link.startswith("#") or "/" not in link for link in OUTLINE.links)


def test_every_link_within_the_page_leads_somewhere() -> None:
    assert {link[1:] for link in OUTLINE.links if link.startswith("#")} <= set(OUTLINE.ids)
    assert len(OUTLINE.ids) == len(set(OUTLINE.ids))


def test_the_sections_come_in_the_order_of_a_reader_s_questions() -> None:
    wanted = ["criteria", "comparison", "timeline", "percentiles", "breakers", "validity", "about"]
    assert [name for name in OUTLINE.ids if name in wanted] == wanted
    assert PAGE.index("All 15 criteria hold.") < PAGE.index('id="criteria"')


def test_every_verdict_is_a_word_and_a_shape_not_only_a_colour() -> None:
    failing = Outline(html_page(assess(story(), synthetic_run(behaviour=Behaviour(consecutive_failures=None)))))
    for word in ("FAIL", "fail", "inconclusive", "pass", "never"):
        assert word in failing.words
    signs = re.findall(r'class="badge \w+"><svg[^>]*>.*?</svg>(\w+)', PAGE)
    assert len(signs) == len(RESULTS.criteria) + len(RESULTS.checks)


def test_every_drawing_tells_itself_to_those_who_do_not_see_it() -> None:
    drawings = re.findall(r'<svg class="drawing".*?</svg>', PAGE, flags=re.DOTALL)
    assert len(drawings) == 4
    for drawing in drawings:
        assert 'role="img"' in drawing
        assert re.search(r"<title>.+</title><desc>.+</desc>", drawing)


def test_figures_of_the_results_stand_on_the_page() -> None:
    for judged in RESULTS.criteria:
        assert judged.finding.sentence in OUTLINE.text
    for figures in RESULTS.figures:
        assert figures.phase in OUTLINE.text
    for check in RESULTS.checks:
        assert f"{check.compared:,} {check.unit}" in OUTLINE.text


def test_text_from_outside_is_never_markup() -> None:
    nasty = '<script>alert("x")</script>'
    run = synthetic_run()
    phases = [msgspec.structs.replace(span, phase=nasty) for span in run.phases]
    journal = [msgspec.structs.replace(row, reason=nasty) for row in run.journal]
    told = msgspec.structs.replace(
        run, phases=phases, journal=journal, invalid=[nasty], environment={nasty: nasty}, overrides={nasty: nasty}
    )
    assert "<script" not in html_page(assess(story(), told))


def long_run() -> RunRecord:
    phases = [dataclasses.replace(phase, seconds=phase.seconds * 9, rate=40) for phase in STORY]
    contrast = [dataclasses.replace(phase, seconds=phase.seconds * 4, rate=40) for phase in CONTRAST]
    return synthetic_run(phases, contrast, behaviour=Behaviour(open_seconds=0.8))


def test_a_quarter_of_an_hour_with_hundreds_of_openings_still_fits() -> None:
    results = assess(story(), long_run())
    assert results.ended_at - results.started_at > 900
    assert sum(card.openings for card in results.breakers) > 500
    assert len(html_page(results).encode()) < LARGEST


@pytest.mark.parametrize("verdict", list(RunVerdict))
def test_every_verdict_has_its_page(verdict: RunVerdict) -> None:
    results = msgspec.structs.replace(RESULTS, verdict=verdict, aborted="stopped", invalid=["a witness went away"])
    assert verdict.upper() in Outline(html_page(results)).words


def test_an_invalid_run_claims_nothing() -> None:
    assert 'class="claim"' in PAGE
    assert 'class="claim"' not in html_page(msgspec.structs.replace(RESULTS, verdict=RunVerdict.INVALID))


def test_a_run_in_which_nothing_happened_still_has_a_page() -> None:
    empty: Results = assess(story(), record(phases=[], fault=None, aborted="stopped before the first phase"))
    outline = Outline(html_page(empty))
    assert "ABORTED" in outline.words
    assert "timeline" not in outline.ids
