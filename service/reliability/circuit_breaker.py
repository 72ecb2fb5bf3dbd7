"""A circuit breaker for calls awaited on one event loop."""

import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from service.reliability.breaker_states import BreakerState, Closed, Figures, HalfOpen, Isolated, Open, Permit, State
from service.reliability.circuit_breaker_config import CircuitBreakerConfig

T = TypeVar("T")


class Outcome(StrEnum):
    """What an answer says about the dependency."""

    SUCCESS = "success"  # it works, though it may have refused this caller
    FAILURE = "failure"
    IGNORED = "ignored"  # nothing: the caller went away


class CircuitOpenError(Exception):
    """The call was not made. Arguments: the breaker's name, the state that rejected it, and when, by its clock."""

    # The arguments stay where BaseException put them, and what they mean is worked out for who asks: a constructor of
    # our own would double the price of a rejection.

    @property
    def breaker(self) -> str:
        """The name of the breaker that rejected the call."""
        return str(self.args[0])

    @property
    def state(self) -> BreakerState:
        """Why it rejects: open, isolated, or half-open with every probe slot taken."""
        return BreakerState(self.args[1].state)

    @property
    def retry_after(self) -> float | None:
        """Seconds after which a call may be let through; None when only a person can say."""
        seconds: float = self.args[1].retry_after(self.args[2])
        return None if math.isinf(seconds) else seconds

    @property
    def reason(self) -> str:
        """What made the breaker reject calls."""
        return str(self.args[1].reason)

    def __str__(self) -> str:
        when = "until it is reset" if self.retry_after is None else f"for {self.retry_after:.3g} s"
        return f"Circuit breaker {self.breaker!r} is {self.state} {when}: {self.reason}"


@dataclass(frozen=True, kw_only=True)
class Transition:
    """A change of state, told to the listener once it has happened."""

    breaker: str
    from_state: BreakerState
    to_state: BreakerState
    generation: int  # the new one
    at: float  # seconds of the breaker's clock
    reason: str
    figures: Figures  # what the state that ended had counted
    requested: bool  # by isolate() or reset(), not concluded from the calls


@dataclass(frozen=True, kw_only=True)
class BreakerSnapshot:
    """A breaker as it stands at one instant."""

    name: str
    state: BreakerState
    generation: int
    since: float  # seconds of the breaker's clock at which this state began
    reason: str
    figures: Figures
    probes_in_flight: int
    retry_after: float | None  # seconds; None while closed or isolated


def every_exception_is_a_failure(_error: Exception) -> Outcome:
    """The rule of a breaker that was given no other."""
    return Outcome.FAILURE


def tell_nobody(_transition: Transition) -> None:
    """The listener of a breaker that was given no other."""


class CircuitBreaker:
    """Stops calling what keeps failing, and finds out carefully when it works again.

    `outcome_of` says what an exception means. Anything that is no `Exception`, above all cancellation, is ignored.
    `on_transition` is called after each change and must not raise. No state is shared between threads.
    """

    __slots__ = (
        "_answered_before",
        "_clock",
        "_closed",
        "_config",
        "_on_transition",
        "_outcome_of",
        "_slow_after",
        "_state",
        "_stopwatch",
        "name",
        "rejected",
    )

    def __init__(
        self,
        name: str,
        config: CircuitBreakerConfig,
        *,
        clock: Callable[[], float] = time.monotonic,
        on_transition: Callable[[Transition], None] = tell_nobody,
        outcome_of: Callable[[Exception], Outcome] = every_exception_is_a_failure,
    ) -> None:
        self.name = name
        self.rejected = 0  # calls since the start
        self._answered_before = 0  # in the states that have ended
        self._config = config
        self._clock = clock
        self._on_transition = on_transition
        self._outcome_of = outcome_of
        self._stopwatch = clock if config.has_window else None  # read for every call, unless no rule asks
        self._slow_after = math.inf if config.slow_call_duration is None else config.slow_call_duration.total_seconds()
        closed = Closed(1, clock(), config)
        self._state: State = closed
        self._closed: Closed | None = closed  # the state while it is Closed, else None

    async def call(self, operation: Callable[[Permit], Awaitable[T]]) -> T:
        """Await what `operation` returns, unless the breaker rejects the call.

        Raises:
            CircuitOpenError: the operation was not called.
        """
        closed = self._closed
        if closed is None:
            state, now = self._state, self._clock()
            if now < state.ends_at and not state.free_slots:
                self.rejected += 1
                raise CircuitOpenError(self.name, state, now)
            return await self._probe(self._admit_probe(now), operation)
        # The two ways below do what Closed.succeeded() does, each at the least price: every healthy call pays it.
        stopwatch = self._stopwatch
        if stopwatch is None:
            try:
                result = await operation(closed)
            except BaseException as error:
                self._raised(closed, error, 0.0)
                raise
            closed.window.successes += 1
            return result
        started = stopwatch()
        try:
            result = await operation(closed)
        except BaseException as error:
            self._raised(closed, error, started)
            raise
        now = stopwatch()
        if now - started >= self._slow_after:
            self._conclude(closed, closed.succeeded(now, slow=True), now)
            return result
        window = closed.window
        if now >= window.bucket_ends_at:
            window.rotate(now)
        window.successes += 1
        return result

    @property
    def config(self) -> CircuitBreakerConfig:
        """Its rules."""
        return self._config

    @property
    def answered(self) -> int:
        """Calls since the start that were let through and said something about the dependency."""
        return self._answered_before + self._state.answered

    def isolate(self, reason: str) -> None:
        """Reject every call until `reset`; while isolated, for the new reason."""
        now = self._clock()
        self._change(Isolated(self._state.generation + 1, now, reason), reason, now, requested=True)

    def reset(self, reason: str) -> None:
        """Close, whatever the state, and forget what was counted."""
        now = self._clock()
        self._change(Closed(self._state.generation + 1, now, self._config), reason, now, requested=True)

    def snapshot(self) -> BreakerSnapshot:
        """The breaker at this instant; reading it changes nothing, so an open one stays open until it is called."""
        now = self._clock()
        state = self._state
        retry_after = state.retry_after(now)
        return BreakerSnapshot(
            name=self.name,
            state=state.state,
            generation=state.generation,
            since=state.since,
            reason=state.reason,
            figures=state.figures(now),
            probes_in_flight=state.probes_in_flight if isinstance(state, HalfOpen) else 0,
            retry_after=None if math.isinf(retry_after) else retry_after,
        )

    async def _probe(self, half_open: HalfOpen, operation: Callable[[Permit], Awaitable[T]]) -> T:
        started = self._clock()
        try:
            result = await operation(half_open)
        except BaseException as error:
            half_open.free_slot()
            self._raised(half_open, error, started)
            raise
        half_open.free_slot()
        self._count(half_open, Outcome.SUCCESS, started)
        return result

    def _admit_probe(self, now: float) -> HalfOpen:
        state = self._state
        if isinstance(state, HalfOpen) and state.free_slots:
            state.take_slot(now)
            return state
        if isinstance(state, HalfOpen):
            timeout = self._config.half_open_timeout.total_seconds()
            reopened = self._open(f"{state.probes_in_flight} probes did not end within {timeout:g} s", now)
            self.rejected += 1
            raise CircuitOpenError(self.name, reopened, now)
        return self._half_open(now)

    def _raised(self, permit: Permit, error: BaseException, started: float) -> None:
        if isinstance(error, Exception):
            self._count(permit, self._outcome_of(error), started)

    def _count(self, permit: Permit, outcome: Outcome, started: float) -> None:
        if outcome is Outcome.IGNORED:
            return
        now = self._clock()
        slow = now - started >= self._slow_after
        count = permit.failed if outcome is Outcome.FAILURE else permit.succeeded
        self._conclude(permit, count(now, slow=slow), now)

    def _conclude(self, permit: Permit, reason_to_open: str | None, now: float) -> None:
        if permit is not self._state:
            return  # the breaker has moved on since this call was admitted: its answer says nothing about today
        if reason_to_open is not None:
            self._open(reason_to_open, now)
        elif isinstance(permit, HalfOpen) and (reason := permit.reason_to_close()) is not None:
            self._change(Closed(permit.generation + 1, now, self._config), reason, now)

    def _open(self, reason: str, now: float) -> Open:
        ends_at = now + self._config.open_duration.total_seconds()
        state = Open(self._state.generation + 1, now, reason, ends_at=ends_at)
        self._change(state, reason, now)
        return state

    def _half_open(self, now: float) -> HalfOpen:
        state = HalfOpen(self._state.generation + 1, now, self._config)
        self._change(state, f"open for {self._config.open_duration.total_seconds():g} s", now)
        return state

    def _change(self, to: State, reason: str, now: float, *, requested: bool = False) -> None:
        """The only place where the state changes."""
        ended = self._state
        self._answered_before += ended.answered
        self._state = to
        self._closed = to if isinstance(to, Closed) else None
        self._on_transition(
            Transition(
                breaker=self.name,
                from_state=ended.state,
                to_state=to.state,
                generation=to.generation,
                at=now,
                reason=reason,
                figures=ended.figures(now),
                requested=requested,
            )
        )
