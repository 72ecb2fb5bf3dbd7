"""A card for each breaker on each instance: what it did and why, in words."""

from collections.abc import Iterator, Sequence
from itertools import islice

from harness.measures.breaker_card import BreakerCard
from harness.report.figures import span
from harness.report.page.breaker_lanes import state_band
from harness.report.page.lanes import Clock
from harness.report.page.markup import section, tag, text

CHANGES_SHOWN = 6
"""Changes of state that stand on a card; more unfold."""

MOST_CHANGES = 40
"""Changes of state that a card holds, and cards that the page holds; results.json has them all."""

MOST_CARDS = 16


def breakers_section(cards: Sequence[BreakerCard]) -> str:
    """All cards; nothing when no breaker is known."""
    if not cards:
        return ""
    shown = sorted(cards, key=lambda card: not card.openings)[:MOST_CARDS]
    left_out = len(cards) - len(shown)
    return section(
        "breakers",
        "Breakers",
        "From the instances' journals, which were checked against what the dependency and the client saw.",
        tag("div", *map(_card, shown), class_="cards"),
        tag("p", f"{left_out} more breakers are in results.json.", class_="muted") if left_out else "",
    )


def _card(card: BreakerCard) -> str:
    clock = Clock(start=card.states[0].started_at, end=card.states[-1].ended_at)
    whole = clock.seconds
    seconds = [
        tag(
            "div",
            tag("dt", state.replace("_", " ")),
            tag("dd", f"{span(length)} ", tag("small", f"{length / whole:.0%}")),
        )
        for state, length in sorted(card.seconds.items(), key=lambda item: -item[1])
    ]
    figures = [
        tag("div", tag("dt", "openings"), tag("dd", str(card.openings))),
        tag("div", tag("dt", "probes"), tag("dd", f"{card.probes} ", tag("small", f"{card.probes_answered} answered"))),
        *seconds,
    ]
    changes = list(islice(_changes(card, clock), MOST_CHANGES))
    left_out = len(card.states) - 1 - len(changes)
    return tag(
        "article",
        tag("h3", text(card.breaker), " ", tag("span", "on ", text(card.instance))),
        state_band(card, clock),
        tag("dl", *figures, class_="figures"),
        tag("ol", *changes[:CHANGES_SHOWN], class_="changes")
        if changes
        else tag("p", "Closed all along.", class_="muted"),
        _more(changes[CHANGES_SHOWN:]),
        tag("p", f"{left_out} later changes are in results.json.", class_="muted") if left_out else "",
        class_="card",
    )


def _changes(card: BreakerCard, clock: Clock) -> Iterator[str]:
    for state in card.states[1:]:
        yield tag(
            "li",
            tag("time", f"{state.started_at - clock.start:.1f} s"),
            tag("b", text(state.state.replace("_", " ")), class_=f"state-name {state.state}"),
            tag("span", text(state.reason)),
        )


def _more(changes: Sequence[str]) -> str:
    if not changes:
        return ""
    return tag("details", tag("summary", f"{len(changes)} more"), tag("ol", *changes, class_="changes"))
