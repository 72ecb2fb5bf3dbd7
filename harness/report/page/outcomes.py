"""How requests end, in the order in which they are stacked, and what each means for the caller."""

from collections.abc import Mapping

from harness.record import Outcome
from harness.report.figures import percent
from harness.report.page.markup import tag

OUTCOMES = {
    Outcome.SERVED: "served",
    Outcome.FALLBACK: "served by the fallback",
    Outcome.REFUSED: "refused: the caller's mistake",
    Outcome.SHED: "shed: told when to retry",
    Outcome.FAILED: "failed",
    Outcome.TIMED_OUT: "timed out",
}


def outcome_bar(outcomes: Mapping[str, int]) -> str:
    """The shares of the outcomes as one bar; a figure for each stands in the text of its title."""
    whole = sum(outcomes.values())
    if not whole:
        return ""
    told = ", ".join(
        f"{percent(outcomes[outcome] / whole)} {outcome.replace('_', ' ')}"
        for outcome in OUTCOMES
        if outcomes.get(outcome)
    )
    pieces = [
        tag("i", class_=f"swatch {outcome}", style=f"width:{outcomes[outcome] / whole:.2%}")
        for outcome in OUTCOMES
        if outcomes.get(outcome)
    ]
    return tag("span", *pieces, class_="outcome-bar", role="img", aria_label=told, title=told)
