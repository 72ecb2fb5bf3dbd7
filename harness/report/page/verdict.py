"""The top of the page: what was found, in one sentence."""

from collections.abc import Iterator

from harness.record import Part
from harness.report.comparison import Pair
from harness.report.figures import instant, milliseconds, percent, span
from harness.report.page.markup import tag, text
from harness.report.page.signs import sign
from harness.results import Results, RunVerdict

_UNPROVEN = frozenset({RunVerdict.INVALID, RunVerdict.ABORTED})


def verdict_block(results: Results, pairs: list[Pair]) -> str:
    """Verdict, sentence, the strongest contrast, and the size of the run."""
    facts = tag("ul", *(tag("li", fact) for fact in _facts(results)), class_="facts")
    problems = results.invalid or ([results.aborted] if results.aborted else [])
    listed = tag("ul", *(tag("li", text(problem)) for problem in problems), class_="problems") if problems else ""
    return tag(
        "header",
        tag("p", text(f"Ballast · scenario {results.scenario}"), class_="kicker"),
        tag("h1", text(results.title)),
        tag(
            "div",
            sign(results.verdict),
            tag("p", tag("strong", text(results.verdict.upper())), " ", text(results.sentence)),
            class_=f"verdict {results.verdict}",
            role="status",
        ),
        listed,
        _claim(pairs) if results.verdict not in _UNPROVEN else "",
        facts,
    )


def _claim(pairs: list[Pair]) -> str:
    """The phase in which the layer made the greatest difference to those who waited longest."""
    told = [pair for pair in pairs if pair.with_layer.requests and pair.without.requests]
    if not told:
        return ""
    pair = max(told, key=lambda pair: (pair.without.p99 or 0) - (pair.with_layer.p99 or 0))
    with_layer, without = pair.with_layer, pair.without
    words = (
        f"In “{text(pair.with_layer.phase)}”, "
        f"{tag('b', percent(with_layer.availability or 0))} of the callers got an answer with the layer and "
        f"{tag('b', percent(without.availability or 0))} without it; the slowest hundredth waited "
        f"{tag('b', milliseconds(with_layer.p99))} instead of {tag('b', milliseconds(without.p99))}; "
        f"{tag('b', f'{pair.wasted_with:,.0f}')} calls went to a failing dependency instead of "
        f"{tag('b', f'{pair.wasted_without:,.0f}')}."
    )
    return tag("p", words, class_="claim")


def _facts(results: Results) -> Iterator[str]:
    main = [figures for figures in results.figures if figures.part is Part.MAIN]
    requests = sum(figures.requests for figures in results.figures)
    instances = len({card.instance for card in results.breakers})
    yield f'<time datetime="{_machine_time(results.started_at)}">{instant(results.started_at)}</time>'
    yield f"{span(results.ended_at - results.started_at)}, {len(main)} phases"
    yield f"{requests:,} requests"
    if instances:
        yield f"{instances} instance{'s' if instances > 1 else ''}"
    yield f"seed {results.seed}"
    if commit := results.environment.get("commit"):
        yield f"commit {tag('code', text(commit))}"


def _machine_time(at: float) -> str:
    return instant(at).replace(" UTC", "Z").replace(" ", "T")
