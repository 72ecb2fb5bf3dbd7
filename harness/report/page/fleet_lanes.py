"""What the fleet decided together, as lanes of the timeline: who was ready, and how many callers met the canary."""

from collections.abc import Iterator, Sequence

from harness.measures.fleet_cards import ReadinessCard, RolloutCard
from harness.report.figures import percent
from harness.report.page.lanes import Clock, lane
from harness.report.page.markup import tag, text
from harness.report.page.scale import WIDTH, line

WEIGHT_HEIGHT = 56.0

MOST_LANES = 8
"""Instances whose readiness the timeline shows; results.json has them all."""

READINESS_KEY = (("ready", "ready for requests"), ("shut", "not ready: turns requests away"))


def readiness_lanes(cards: Sequence[ReadinessCard], clock: Clock) -> list[str]:
    """A band for each instance that was not ready for some time."""
    return [
        tag("div", text(f"Readiness of {card.instance}"), class_="title")
        + tag("div", class_="scale")
        + tag(
            "div",
            tag("i", class_="state ready", style="left:0;width:100%"),
            *_shut(card, clock),
            class_="states",
            role="img",
            aria_label=f"{card.instance}: not ready {len(card.shut)} times",
        )
        for card in cards[:MOST_LANES]
    ]


def weight_lanes(cards: Sequence[RolloutCard], clock: Clock) -> list[str]:
    """The share of the callers on each canary, over time."""
    return [_weight_lane(card, clock) for card in cards]


def _shut(card: ReadinessCard, clock: Clock) -> Iterator[str]:
    for stretch in card.shut:
        end = clock.end if stretch.ended_at is None else stretch.ended_at
        yield tag(
            "i",
            class_="state shut",
            style=clock.place(stretch.started_at, end),
            title=f"not ready for {end - stretch.started_at:.1f} s: {', '.join(stretch.gates)}",
        )


def _weight_lane(card: RolloutCard, clock: Clock) -> str:
    points, weight = [(0.0, WEIGHT_HEIGHT)], 0.0
    marks = ""
    for change in card.changes:
        x = clock.x(change.at)
        points += [(x, _y(weight)), (x, _y(change.weight))]
        weight = change.weight
        if change.change == "rolled_back":
            marks += (
                f'<path class="rolled-back" d="M{x:.1f} 0V{WEIGHT_HEIGHT:g}">'
                f"<title>rolled back: {text(change.reason)}</title></path>"
            )
    points.append((WIDTH, _y(weight)))
    told = "; ".join(f"{change.change.replace('_', ' ')} at {percent(change.weight)}" for change in card.changes)
    return lane(
        f"Callers on the canary of {card.rollout} (vertical: rolled back)",
        told,
        f'<path class="weight" d="{line(points)}"/>{marks}',
        height=WEIGHT_HEIGHT,
        ticks=[(0, "0"), (1, "100 %")],
    )


def _y(weight: float) -> float:
    return WEIGHT_HEIGHT * (1 - weight)
