"""What operators set for every instance: an entry of the control document, and when it is in force."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What was last wanted of one thing, by whom and why. Instants are Unix seconds; `revision` counts its changes.

    `settings` says how, where on and off do not say it all.
    """

    on: bool
    by: str
    reason: str
    since: float
    until: float | None = None  # None: until somebody takes it back
    revision: int
    settings: Mapping[str, Any] = field(default_factory=dict)

    def in_force(self, now: float) -> bool:
        """Whether it holds now. Its end is read off the clock, so nothing has to be there to end it."""
        return self.on and (self.until is None or now < self.until)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What somebody wants of an entry from now on. `ttl` is in seconds; `action` names it in the audit.

    `again`: it is made where it is so already too, since more is done by it than the entry says.
    """

    on: bool
    by: str
    reason: str
    action: str
    ttl: float | None = None  # None: until somebody takes it back
    settings: Mapping[str, Any] = field(default_factory=dict)
    again: bool = False


def changed(before: Entry | None, change: Change, now: float) -> Entry:
    """The entry after a change."""
    return Entry(
        on=change.on,
        by=change.by,
        reason=change.reason,
        since=now,
        until=None if change.ttl is None else now + change.ttl,
        revision=1 if before is None else before.revision + 1,
        settings=change.settings,
    )


def is_already_so(before: Entry | None, change: Change, now: float) -> bool:
    """Whether a change would change nothing; one that gives a new end does."""
    if change.again:
        return False
    if before is None or not before.in_force(now):
        return not change.on
    return change.on and before.until is None and change.ttl is None and before.settings == change.settings
