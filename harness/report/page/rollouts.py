"""Each rollout in words: every change of it, and what decided."""

from collections.abc import Iterator, Sequence

from harness.measures.fleet_cards import RolloutCard, RolloutChange
from harness.report.figures import percent
from harness.report.page.markup import section, table, tag, text

HEAD = ("At", "Change", "Callers on the canary", "Why")


def rollouts_section(cards: Sequence[RolloutCard], started_at: float) -> str:
    """A table for each rollout that changed; nothing when none did."""
    if not cards:
        return ""
    return section(
        "rollouts",
        "Rollouts",
        "Every change, from the journal of the instance that made it. Times count from the start of the run.",
        *(_card(card, started_at) for card in cards),
    )


def _card(card: RolloutCard, started_at: float) -> str:
    rows = (_row(change, started_at) for change in card.changes)
    return tag("h3", text(card.rollout)) + table(HEAD, rows, class_="changes", caption=f"Changes of {card.rollout}")


def _row(change: RolloutChange, started_at: float) -> Iterator[str]:
    yield f"{change.at - started_at:.1f} s"
    yield text(change.change.replace("_", " "))
    yield percent(change.weight)
    yield text(change.reason)
