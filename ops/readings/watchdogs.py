"""The watchdogs, and the queues that some of them watch."""

from collections.abc import Sequence
from dataclasses import dataclass

from ops.target.fields import Fields


@dataclass(frozen=True, kw_only=True)
class Watchdog:
    """A figure beside the threshold that it was judged by."""

    name: str
    subject: str  # of what: `indexer:document.created`; empty where there is one alone
    unit: str
    value: float | None
    alert_threshold: float
    state: str


@dataclass(frozen=True, kw_only=True)
class Queue:
    """What waits for an agent on a topic."""

    agent: str
    topic: str
    waiting: int
    oldest_seconds: float | None
    dead_letters: int
    held: bool


@dataclass(frozen=True, kw_only=True)
class Watched:
    """All watchdogs; `error` says why some are missing."""

    state: str
    watchdogs: Sequence[Watchdog]
    queues: Sequence[Queue]
    error: str


def watched(fields: Fields) -> Watched:
    """What an answer tells of."""
    return Watched(
        state=fields.text("state"),
        watchdogs=[
            Watchdog(
                name=each.text("name"),
                subject=each.text("subject"),
                unit=each.text("unit"),
                value=each.number("value"),
                alert_threshold=threshold,
                state=each.text("state"),
            )
            for each in fields.each("watchdogs")
            if (threshold := each.number("alert_threshold")) is not None  # else it is for information alone
        ],
        queues=[
            Queue(
                agent=each.text("agent"),
                topic=each.text("topic"),
                waiting=each.count("waiting"),
                oldest_seconds=each.number("oldest_seconds"),
                dead_letters=each.count("dead_letters"),
                held=each.holds("held"),
            )
            for each in fields.each("queue_depth")
        ],
        error=fields.text("error"),
    )
