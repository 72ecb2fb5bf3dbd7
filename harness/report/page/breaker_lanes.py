"""The states of the breakers as bands: the higher the bar, the less gets through."""

from collections.abc import Sequence

from harness.measures.breaker_card import BreakerCard
from harness.report.page.lanes import Clock
from harness.report.page.markup import tag, text

MOST_LANES = 8
"""Breakers that the timeline shows; each has a card further down."""

MOST_STAYS = 200
"""Stays of a band that are all drawn; of more, those that nobody could see are left out."""

STATE_KEY = (
    ("closed", "closed: calls pass"),
    ("half_open", "half open: probes pass"),
    ("open", "open: nothing passes"),
    ("isolated", "isolated: held open by a person"),
)


def breaker_lanes(cards: Sequence[BreakerCard], clock: Clock) -> list[str]:
    """A band for each breaker that ever left the closed state, on each instance."""
    lively = {card.breaker for card in cards if len(card.states) > 1}
    shown = [card for card in cards if card.breaker in lively]
    return [
        tag("div", text(f"Breaker {card.breaker} on {card.instance}"), class_="title")
        + tag("div", class_="scale")
        + state_band(card, clock)
        for card in shown[:MOST_LANES]
    ]


def state_band(card: BreakerCard, clock: Clock) -> str:
    """The stays of one breaker; each tells itself to a pointer that rests on it."""
    finest = clock.seconds / 1000 if len(card.states) > MOST_STAYS else 0.0
    stays = [
        tag(
            "i",
            class_=f"state {state.state}",
            style=clock.place(state.started_at, state.ended_at),
            title=f"{state.state.replace('_', ' ')} for {state.ended_at - state.started_at:.1f} s",
        )
        for state in card.states
        if state.ended_at - state.started_at >= finest
    ]
    told = f"{card.breaker} on {card.instance}: opened {card.openings} times"
    return tag("div", *stays, class_="states", role="img", aria_label=told)
