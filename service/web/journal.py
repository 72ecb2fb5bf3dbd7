"""The event journal of an instance: what changed, when and why. Bounded; a reader can tell what it missed."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from enum import StrEnum
from itertools import islice
from typing import Any

import msgspec

KEPT = 10_000  # events


class Type(StrEnum):
    """What happened."""

    INSTANCE_STARTED = "instance_started"
    INSTANCE_DRAINING = "instance_draining"
    BREAKER_OPENED = "breaker_opened"
    BREAKER_HALF_OPENED = "breaker_half_opened"
    BREAKER_CLOSED = "breaker_closed"
    BREAKER_ISOLATED = "breaker_isolated"
    BREAKER_RESET = "breaker_reset"
    GATE_OPENED = "gate_opened"
    GATE_SHUT = "gate_shut"
    GATE_CHECK_PASSED = "gate_check_passed"  # of a gate that is not ready yet
    GATE_CHECK_FAILED = "gate_check_failed"  # after a pass, of a gate that was not ready
    READINESS_REGAINED = "readiness_regained"
    READINESS_LOST = "readiness_lost"
    ROLLOUT_STARTED = "rollout_started"
    ROLLOUT_PAUSED = "rollout_paused"
    ROLLOUT_RESUMED = "rollout_resumed"
    ROLLOUT_PROMOTED = "rollout_promoted"
    ROLLOUT_STEPPED_UP = "rollout_stepped_up"
    ROLLOUT_HELD = "rollout_held"
    ROLLOUT_RELEASED = "rollout_released"
    ROLLOUT_ROLLED_BACK = "rollout_rolled_back"
    ROLLOUT_SEEN = "rollout_seen"  # this instance has a new version of it
    WATCHDOG_WARNED = "watchdog_warned"
    WATCHDOG_ALERTED = "watchdog_alerted"
    WATCHDOG_RECOVERED = "watchdog_recovered"
    MODE_CHANGED = "mode_changed"
    AGENT_QUARANTINED = "agent_quarantined"
    AGENT_RELEASED = "agent_released"
    FLAG_CHANGED = "flag_changed"
    OPERATIONS_UNREADABLE = "operations_unreadable"  # of another version of the service
    CONTROL_COPY_STALE = "control_copy_stale"  # the store does not answer, and the last good copy serves on
    CONTROL_COPY_FRESH = "control_copy_fresh"  # it answers again
    FAULT_SET = "fault_set"
    FAULT_CLEARED = "fault_cleared"
    WRONG_TOKENS = "wrong_tokens"  # a spell of them begins


class Event(msgspec.Struct, frozen=True):
    """An entry; `sequence` counts from 1 and has no gaps within one boot."""

    sequence: int
    at: float  # Unix seconds
    type: Type
    subject: str
    reason: str
    detail: dict[str, Any]


class Journal:
    """The newest events."""

    def __init__(self, *, kept: int = KEPT, wall_clock: Callable[[], float] = time.time) -> None:
        self._events: deque[Event] = deque(maxlen=kept)
        self._last = 0
        self._now = wall_clock
        self._subscribers: list[Callable[[Event], None]] = []

    def subscribe(self, subscriber: Callable[[Event], None]) -> None:
        """Have every event from now on told to somebody, who neither waits nor fails."""
        self._subscribers.append(subscriber)

    def record(self, kind: Type, subject: str, reason: str, detail: dict[str, Any] | None = None) -> None:
        """Add an event that happens now."""
        self._last += 1
        event = Event(self._last, self._now(), kind, subject, reason, detail or {})
        self._events.append(event)
        for subscriber in self._subscribers:
            subscriber(event)

    def newest_first(self) -> Iterator[Event]:
        """Every event that is kept."""
        return reversed(self._events)

    def after(self, sequence: int, limit: int) -> tuple[list[Event], int]:
        """Up to `limit` events after a sequence, oldest first, and how many after it are no longer kept."""
        oldest = self._last - len(self._events) + 1
        skipped = min(max(0, sequence + 1 - oldest), len(self._events))  # islice refuses what no machine word holds
        dropped = max(0, oldest - 1 - sequence)
        return list(islice(self._events, skipped, skipped + limit)), dropped
