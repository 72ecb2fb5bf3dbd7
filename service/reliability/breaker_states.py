"""The four states of a circuit breaker, one class each: what each counts, and what it concludes.

None of them changes the breaker: they return a reason to move on, and the breaker moves. An answer is counted by the
object that admitted its call, so that one which comes after the breaker has moved on counts in an object nobody asks.

Each has its `generation`, the instant `since` which and until which (`ends_at`) it lasts by itself, the `free_slots`
for calls to let through, the `reason` for rejecting calls, and the seconds after which (`retry_after`) one may be let
through: infinite where time alone brings none about.
"""

import math
from enum import StrEnum
from typing import ClassVar, NamedTuple

from service.reliability.call_window import CallWindow, Counts
from service.reliability.circuit_breaker_config import CircuitBreakerConfig


class BreakerState(StrEnum):
    """What a breaker does with the next call."""

    CLOSED = "closed"  # lets it through
    OPEN = "open"  # rejects it, until open_duration is over
    HALF_OPEN = "half_open"  # lets it through as a probe while a slot is free
    ISOLATED = "isolated"  # rejects it, until a person resets the breaker


class Figures(NamedTuple):
    """What a state had counted: over the window while closed, over all probes while half-open."""

    calls: int
    failure_rate: float  # ratio
    slow_rate: float  # ratio
    consecutive_failures: int


PROBES_END_AFTER = 1.0
"""Seconds after which a caller is asked to come again, when all slots of a half-open breaker are taken."""

_NO_FIGURES = Figures(0, 0.0, 0.0, 0)


class Closed:
    """Lets every call through and counts the answers."""

    __slots__ = ("_config", "_consecutive_failures", "_successes_at_last_failure", "generation", "since", "window")
    state: ClassVar = BreakerState.CLOSED
    reason: ClassVar = ""
    ends_at: ClassVar = math.inf
    free_slots: ClassVar = math.inf

    def __init__(self, generation: int, now: float, config: CircuitBreakerConfig) -> None:
        self.generation = generation
        self.since = now
        self._config = config
        self._consecutive_failures = 0
        self._successes_at_last_failure = 0
        duration = config.window.total_seconds() if config.has_window else math.inf
        self.window = CallWindow(now, duration=duration, buckets=config.buckets)

    @property
    def answered(self) -> int:
        """Calls since this state began whose answer counted."""
        return self.window.successes + self.window.failures

    def retry_after(self, _now: float) -> float:
        """No call is rejected."""
        return math.inf

    def failed(self, now: float, *, slow: bool) -> str | None:
        """Count a failure; the reason to open, if it is one."""
        window = self._window_at(now)
        window.failures += 1
        window.slow += slow
        self._consecutive_failures = self._run_of_failures() + 1
        self._successes_at_last_failure = window.successes
        return self._reason_to_open(now)

    def succeeded(self, now: float, *, slow: bool) -> str | None:
        """Count a success; the reason to open, if it was one slow call too many."""
        window = self._window_at(now)
        window.successes += 1
        window.slow += slow
        return self._reason_to_open(now) if slow else None

    def figures(self, now: float) -> Figures:
        """What the window holds at this instant."""
        counts = self.window.counts(now)
        return Figures(counts.calls, counts.failure_rate, counts.slow_rate, self._run_of_failures())

    def _window_at(self, now: float) -> CallWindow:
        if now >= self.window.bucket_ends_at:
            self.window.rotate(now)
        return self.window

    def _run_of_failures(self) -> int:
        # Derived here rather than reset by each success, which would cost the path that matters.
        return self._consecutive_failures if self.window.successes == self._successes_at_last_failure else 0

    def _reason_to_open(self, now: float) -> str | None:
        config = self._config
        calls, failure_rate, slow_rate, run = self.figures(now)
        if config.consecutive_failures is not None and run >= config.consecutive_failures:
            return f"{run} consecutive failures; the limit is {config.consecutive_failures}"
        if calls < config.minimum_calls:
            return None
        if config.failure_rate_threshold is not None and failure_rate >= config.failure_rate_threshold:
            return f"{failure_rate:.0%} of {calls} calls failed; the limit is {config.failure_rate_threshold:.0%}"
        if config.slow_call_duration is not None and slow_rate >= config.slow_call_rate_threshold:
            return (
                f"{slow_rate:.0%} of {calls} calls took {config.slow_call_duration.total_seconds():g} s or longer; "
                f"the limit is {config.slow_call_rate_threshold:.0%}"
            )
        return None


class Open:
    """Rejects every call until `ends_at`; the first call after that makes the breaker half-open."""

    __slots__ = ("ends_at", "generation", "reason", "since")
    state: ClassVar = BreakerState.OPEN
    free_slots: ClassVar = 0
    answered: ClassVar = 0

    def __init__(self, generation: int, now: float, reason: str, *, ends_at: float) -> None:
        self.generation = generation
        self.since = now
        self.reason = reason
        self.ends_at = ends_at

    def retry_after(self, now: float) -> float:
        """Until the first probe."""
        return max(0.0, self.ends_at - now)

    def figures(self, _now: float) -> Figures:
        """No call is let through, so none is counted."""
        return _NO_FIGURES


class Isolated:
    """Rejects every call until a person resets the breaker."""

    __slots__ = ("generation", "reason", "since")
    state: ClassVar = BreakerState.ISOLATED
    free_slots: ClassVar = 0
    answered: ClassVar = 0
    ends_at: ClassVar = math.inf

    def __init__(self, generation: int, now: float, reason: str) -> None:
        self.generation = generation
        self.since = now
        self.reason = reason

    def retry_after(self, _now: float) -> float:
        """Only a person can say."""
        return math.inf

    def figures(self, _now: float) -> Figures:
        """No call is let through, so none is counted."""
        return _NO_FIGURES


class HalfOpen:
    """Lets a few probes through at once, of which the call that makes it is the first; their answers decide.

    It is wedged when all slots have been taken for half_open_timeout: `ends_at` moves with each probe let through, so
    that a quiet hour between two probes is not taken for a probe that never returned.
    """

    __slots__ = ("_config", "_failures", "_slow", "_successes", "ends_at", "free_slots", "generation", "since")
    state: ClassVar = BreakerState.HALF_OPEN

    def __init__(self, generation: int, now: float, config: CircuitBreakerConfig) -> None:
        self.generation = generation
        self.since = now
        self._config = config
        self.free_slots = config.max_probes
        self._successes = 0
        self._failures = 0
        self._slow = 0
        self.take_slot(now)

    @property
    def reason(self) -> str:
        """Why a call is rejected."""
        return f"{self.probes_in_flight} probes are in flight; no more are let through before they end"

    @property
    def probes_in_flight(self) -> int:
        """How many probes were let through and have not ended."""
        return self._config.max_probes - self.free_slots

    @property
    def answered(self) -> int:
        """Probes that have ended, as `Closed` counts calls."""
        return self._successes + self._failures

    def retry_after(self, _now: float) -> float:
        """Until a probe has ended, which is soon; `ends_at` is for those that never do."""
        return 0.0 if self.free_slots else PROBES_END_AFTER

    def take_slot(self, now: float) -> None:
        """Let one more probe through; a slot must be free."""
        self.free_slots -= 1
        self.ends_at = now + self._config.half_open_timeout.total_seconds()

    def free_slot(self) -> None:
        """A probe ended, whatever came of it."""
        self.free_slots += 1

    def failed(self, _now: float, *, slow: bool) -> str | None:
        """Count a failed probe, and the reason to open again that it is."""
        self._failures += 1
        self._slow += slow
        return f"a probe failed, after {self._successes} had succeeded"

    def succeeded(self, _now: float, *, slow: bool) -> str | None:
        """Count a probe; the reason to open again, if it was slow."""
        self._successes += 1
        self._slow += slow
        return "a probe succeeded, but was slow" if slow else None

    def reason_to_close(self) -> str | None:
        """The reason to close, once enough probes succeeded."""
        if self._successes < self._config.successes_to_close:
            return None
        return f"{self._successes} probes succeeded; {self._config.successes_to_close} were asked for"

    def figures(self, _now: float) -> Figures:
        """What came of the probes so far."""
        counts = Counts(self._successes, self._failures, self._slow)
        return Figures(counts.calls, counts.failure_rate, counts.slow_rate, self._failures)


State = Closed | Open | HalfOpen | Isolated
Permit = Closed | HalfOpen
"""What a call was admitted with: its `generation` and `state` are the answer's address."""
