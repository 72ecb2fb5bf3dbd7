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

SWITCHED = {"mode_changed": ("on ", "off "), "flag_changed": ("set ", "cleared ")}
"""What an event's type does not say: what it is now, on or off."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """An entry of a journal."""

    at: float  # Unix seconds
    type: str
    subject: str
    reason: str
    instance: str
    by: str = ""  # of what an operator set: who
    on: bool = False  # and whether it holds since then

    @property
    def told(self) -> str:
        """Why; before it, of what an operator set, what was made of it and by whom."""
        if not self.by:
            return self.reason
        on, off = SWITCHED.get(self.type, ("", ""))
        return f"{on if self.on else off}by {self.by}: {self.reason}"


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
    detail = fields.inner("detail")
    return Event(
        at=fields.number("at") or 0.0,
        type=fields.text("type"),
        subject=fields.text("subject"),
        reason=fields.text("reason"),
        instance=instance,
        by=detail.text("by"),
        on=detail.holds("on"),
    )
