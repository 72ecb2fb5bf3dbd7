"""Tells the journal and the log what this instance has seen operators set."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from service.reliability.control_entry import Entry
from service.web.journal import Journal, Type
from service.web.log import LOGGER


class LeverJournal:
    """A listener of operations and of the control copy.

    What had ended before this instance first heard of it is no news.
    """

    def __init__(self, journal: Journal, instance: str, *, wall_clock: Callable[[], float] = time.time) -> None:
        self._journal = journal
        self._instance = instance
        self._now = wall_clock
        self._heard_of: set[str] = set()
        self._holding: dict[str, Entry] = {}  # what was told to be on, and was not told to be over

    def changed(self, key: str, entry: Entry) -> None:
        """An entry has another revision than this instance knew, and holds here from now on."""
        kind = _type(key, entry)
        if kind is None:
            return
        if key in self._heard_of or entry.in_force(self._now()):
            detail = {
                "on": entry.on,
                "by": entry.by,
                "since": entry.since,
                "until": entry.until,
                "revision": entry.revision,
                **entry.settings,
            }
            self._tell(kind, key.partition("/")[2], entry.reason, detail)
            if entry.on:
                self._holding[key] = entry
            else:
                self._holding.pop(key, None)
        self._heard_of.add(key)

    def end(self) -> None:
        """Tell of each entry that was on and has ended by its time since; it is read off the clock."""
        now = self._now()
        for key, entry in list(self._holding.items()):
            if not entry.in_force(now):
                self.changed(key, replace(entry, on=False, reason="its time is over", since=entry.until or now))

    def unreadable(self, problem: str) -> None:
        """The entries cannot be read: what was last understood holds on."""
        self._tell(Type.OPERATIONS_UNREADABLE, self._instance, problem, {})

    def answered(self, failure: str) -> None:
        """The control store does not answer, and why; or, with "", answers again."""
        if failure:
            self._tell(Type.CONTROL_COPY_STALE, self._instance, failure, {})
        else:
            self._tell(Type.CONTROL_COPY_FRESH, self._instance, "the control store answers again", {})

    def _tell(self, kind: Type, subject: str, reason: str, detail: dict[str, Any]) -> None:
        self._journal.record(kind, subject, reason, detail)
        LOGGER.warning(kind, extra={"fields": {"subject": subject, "reason": reason, **detail}})


def _type(key: str, entry: Entry) -> Type | None:
    match key.partition("/")[0]:
        case "mode":
            return Type.MODE_CHANGED
        case "agent":
            return Type.AGENT_QUARANTINED if entry.on else Type.AGENT_RELEASED
        case "flag":
            return Type.FLAG_CHANGED
    return None  # told by what it steers
