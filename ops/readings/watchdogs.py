"""The watchdogs, wherever they stand in the answer, and the queues that they watch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ops.target.fields import Fields


@dataclass(frozen=True, kw_only=True)
class Watchdog:
    """A figure beside the threshold that it was judged by."""

    name: str
    subject: str  # of what: `indexer document.created`; empty where there is one alone
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
        watchdogs=list(_within(fields.document, "")),
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


def _within(value: Any, subject: str) -> Iterator[Watchdog]:  # noqa: ANN401 - any part of a JSON document
    if isinstance(value, list):
        for each in value:
            yield from _within(each, subject)
    if not isinstance(value, dict):
        return
    fields = Fields(value)
    threshold = fields.number("alert_threshold")
    if threshold is not None:
        yield Watchdog(
            name=fields.text("name"),
            subject=subject,
            unit=fields.text("unit"),
            value=fields.number("value"),
            alert_threshold=threshold,
            state=fields.text("state"),
        )
        return
    of = " ".join(filter(None, (fields.text("agent"), fields.text("topic")))) or subject
    for each in value.values():
        yield from _within(each, of)
