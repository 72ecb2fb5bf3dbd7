"""Why the figures may be believed: what the witnesses were compared for."""

from collections.abc import Iterator

from harness.evidence.check import Check
from harness.report.page.markup import section, table, tag, text
from harness.report.page.signs import badge
from harness.results import Results

HEAD = ("Check", "Compared", "Disagree", "Verdict")


def validity_section(results: Results) -> str:
    """The checks of the witnesses against each other, and whatever else speaks against the run."""
    others = [reason for reason in results.invalid if reason not in {check.sentence for check in results.checks}]
    return section(
        "validity",
        "Validity",
        "The client, the dependencies and the instances' journals told their stories apart. They were joined row by "
        "row; one disagreement makes the run invalid.",
        tag("ul", *(tag("li", text(reason)) for reason in others), class_="problems") if others else "",
        table(HEAD, map(_row, results.checks), class_="checks", caption="Checks of the witnesses"),
    )


def _row(check: Check) -> Iterator[str]:
    examples = tag("small", "as ", text("; ".join(check.examples))) if check.examples else ""
    remark = tag("small", text(check.remark)) if check.remark else ""
    yield text(check.name) + remark + examples
    yield f"{check.compared:,} {text(check.unit)}"
    yield f"{check.disagreements:,}"
    yield badge("pass" if check.holds else "invalid")
