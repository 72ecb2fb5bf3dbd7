"""The report as one HTML file, which needs nothing beside itself."""

from pathlib import Path

from harness.report.comparison import comparison
from harness.report.page.about import about_section
from harness.report.page.breakers import breakers_section
from harness.report.page.comparison_table import comparison_section
from harness.report.page.criteria_table import criteria_section
from harness.report.page.levers import levers_section
from harness.report.page.markup import tag, text
from harness.report.page.percentiles import percentiles_section
from harness.report.page.rollouts import rollouts_section
from harness.report.page.timeline import timeline_section
from harness.report.page.validity import validity_section
from harness.report.page.verdict import verdict_block
from harness.results import Results

STYLE = Path(__file__).parent / "page" / "style.css"

_HATCH = (
    '<svg width="0" height="0" style="position:absolute" aria-hidden="true" focusable="false"><defs>'
    '<pattern id="hatch" width="3" height="3" patternUnits="userSpaceOnUse">'
    '<path d="M0 .5h3" stroke="var(--hatch)" stroke-width="1"/></pattern></defs></svg>'
)


def html_page(results: Results) -> str:
    """The page of one run; a function of its results alone."""
    pairs = comparison(results.figures)
    title = f"{results.verdict.upper()} · {results.title} · Ballast"
    sections = {
        "criteria": criteria_section(results.criteria),
        "comparison": comparison_section(pairs),
        "timeline": timeline_section(results),
        "percentiles": percentiles_section(results.figures),
        "breakers": breakers_section(results.breakers),
        "rollouts": rollouts_section(results.rollouts, results.started_at),
        "levers": levers_section(results.pulls, results.started_at),
        "validity": validity_section(results),
        "about": about_section(results),
    }
    names = {"comparison": "With and without", "percentiles": "Percentiles", "about": "Repeat it"}
    links = [
        tag("a", names.get(anchor, anchor.capitalize()), href=f"#{anchor}")
        for anchor, content in sections.items()
        if content
    ]
    return page(
        title,
        verdict_block(results, pairs) + tag("nav", *links, aria_label="Sections") + "".join(sections.values()),
    )


def page(title: str, content: str) -> str:
    """A whole document around the content of its main part."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{text(title)}</title><style>{STYLE.read_text(encoding='utf-8')}</style></head>"
        f"<body>{_HATCH}<main>{content}</main></body></html>\n"
    )
