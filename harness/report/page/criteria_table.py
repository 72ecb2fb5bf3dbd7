"""The criteria: what was asked, what was found, and how far it is from the limit."""

from collections.abc import Iterator, Sequence

from harness.criteria.criterion import Bound, Finding, Verdict
from harness.report.figures import quantity
from harness.report.page.markup import section, table, tag, text
from harness.report.page.signs import badge
from harness.results import Judged

SCALE = 1.5
"""How much of what a limit allows the bar of a margin can show; more ends in an arrow."""

EVIDENCE_SHOWN = 2
"""Pieces of evidence that a row names; the results hold them all."""

HEAD = ("Criterion", "Value", "95 % interval", "Limit", "Limit used", "Verdict")


def criteria_section(criteria: Sequence[Judged]) -> str:
    """One row a criterion, in the order of the scenario."""
    return section(
        "criteria",
        "Criteria",
        "Each is judged by its value against its limit, by the witness that cannot flatter. The interval shows how "
        "sure the value is; one that reaches over the limit does not change the verdict. "
        "The bar shows how much of what the limit allows was used; the line in it is the limit.",
        table(HEAD, (_row(judged) for judged in criteria), class_="criteria", caption="Criteria and their verdicts"),
    )


def _row(judged: Judged) -> Iterator[str]:
    finding = judged.finding
    what, _, where = judged.name.partition(" · ")
    evidence = tag("small", "rests on ", text(_some(finding.evidence)), class_="evidence") if finding.evidence else ""
    yield (
        tag("span", text(what), class_="what")
        + (tag("span", text(where), class_="where") if where else "")
        + tag("small", text(finding.sentence))
        + evidence
    )
    never = finding.value is None and finding.verdict is Verdict.FAIL
    yield tag("span", "never" if never else quantity(finding.value, finding.unit), class_="value")
    yield interval(finding)
    yield f"{'≤' if finding.bound is Bound.AT_MOST else '≥'} {quantity(finding.limit, finding.unit)}"
    yield _bar(finding)
    yield badge(finding.verdict)


def _some(evidence: Sequence[str]) -> str:
    more = f", and {len(evidence) - EVIDENCE_SHOWN} more" if len(evidence) > EVIDENCE_SHOWN else ""
    return ", ".join(evidence[:EVIDENCE_SHOWN]) + more


def interval(finding: Finding) -> str:
    """The interval of a finding, for people."""
    if finding.interval is None:
        return tag("span", "exact" if finding.value is not None else "—", class_="muted")
    low, high = (quantity(end, finding.unit) for end in finding.interval)
    return low if low == high else f"{low} to {high}"


def _bar(finding: Finding) -> str:
    if finding.used is None:
        return tag("span", "none allowed" if finding.value is not None else "—", class_="muted")
    share = max(0.0, min(finding.used, SCALE)) / SCALE
    over = " over" if finding.used > SCALE else ""
    fill = tag("span", style=f"width:{share:.1%}", class_=f"fill {finding.verdict}{over}")
    limit = tag("span", style=f"left:{1 / SCALE:.1%}", class_="limit")
    told = f"{finding.used:.0%}"
    return tag("span", tag("span", fill, limit, class_="track", aria_hidden="true"), tag("span", told), class_="margin")
