"""What happened lately, from the journals of whichever instances answer."""

from collections import deque
from dataclasses import dataclass

from ops.target.answer import Answer
from ops.target.fields import Fields
from ops.target.target import Target

ANSWER = 10_000
"""Events that an instance tells in one answer, at most."""

KEPT = 200
"""Of each boot, the newest."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """An entry of a journal."""

    at: float  # Unix seconds
    type: str
    subject: str
    reason: str
    instance: str


class Journals:
    """What was read of each boot so far, so that nothing is asked for twice."""

    def __init__(self) -> None:
        self._next: dict[str, int] = {}  # the sequence after which to go on, by boot
        self._events: dict[str, deque[Event]] = {}

    def read(self, target: Target) -> Answer:
        """Read on. Who answers is not known before, so the question goes back as far as any boot needs it."""
        answer = target.read("/api/observability/events", after=min(self._next.values(), default=0), limit=ANSWER)
        told = answer.fields
        boot, instance = told.text("boot_id"), told.text("instance")
        known = self._next.get(boot, 0)
        events = self._events.setdefault(boot, deque(maxlen=KEPT))
        events.extend(_event(each, instance) for each in told.each("events") if each.count("sequence") > known)
        self._next[boot] = max(known, told.count("next"))
        return answer

    @property
    def newest(self) -> list[Event]:
        """Of all boots together, oldest first."""
        return sorted((event for events in self._events.values() for event in events), key=lambda event: event.at)


def _event(fields: Fields, instance: str) -> Event:
    return Event(
        at=fields.number("at") or 0.0,
        type=fields.text("type"),
        subject=fields.text("subject"),
        reason=fields.text("reason"),
        instance=instance,
    )
