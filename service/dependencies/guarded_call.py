"""The guard of a dependency: deadline( retry( breaker( attempt timeout( fault injection( adapter )))))."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from service.dependencies.attempt import Attempt
from service.dependencies.attempt_timeout import AttemptTimeout
from service.dependencies.call import Answered, Attempting, Operation
from service.dependencies.errors import (
    AttemptError,
    CallFailedError,
    CallRejectedError,
    DeadlineExceededError,
    RefusedError,
)
from service.reliability.breaker_states import Permit
from service.reliability.circuit_breaker import CircuitBreaker, CircuitOpenError, Outcome
from service.reliability.deadline import Deadline
from service.reliability.retry import RetryPolicy
from service.reliability.retry_budget import RetryBudget

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class GuardConfig:
    """How long a call and each attempt of it may take, and when it is tried again."""

    attempt_timeout: timedelta
    deadline: timedelta
    retry: RetryPolicy


class _OutOfTimeError(AttemptError):
    """The attempt was still running when the time of the whole call ran out."""


def outcome_of(error: Exception) -> Outcome:
    """What an attempt's exception says about the dependency: one that refuses the caller's mistake is well."""
    return Outcome.SUCCESS if isinstance(error, RefusedError) else Outcome.FAILURE


class GuardedCall:
    """Calls one dependency as `Call` says; the breaker counts attempts, and a rejection is never retried."""

    def __init__(
        self,
        dependency: str,
        config: GuardConfig,
        *,
        breaker: CircuitBreaker,
        budget: RetryBudget,
        attempting: Attempting,
        rng: random.Random,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._dependency = dependency
        self._attempt_timeout = AttemptTimeout(config.attempt_timeout.total_seconds())
        self._deadline = config.deadline.total_seconds()
        self._retry = config.retry
        self._breaker = breaker
        self._budget = budget
        self._attempting = attempting
        self._rng = rng
        self._clock = clock

    async def __call__(self, operation: Operation[T], request_id: str) -> Answered[T]:
        """As `Call`."""
        ends_at = self._clock() + self._deadline
        number = 0
        with self._budget.call() as call:
            while True:
                number += 1
                try:
                    return Answered(await self._admitted(operation, request_id, number, ends_at), number)
                except CircuitOpenError as error:
                    raise CallRejectedError(
                        self._dependency, number - 1, error.reason, retry_after=error.retry_after
                    ) from error
                except _OutOfTimeError as error:
                    raise DeadlineExceededError(self._dependency, number, str(error)) from error
                except AttemptError as error:
                    delay = self._delay_before_retry(number, error, Deadline(ends_at))
                    if delay is None or not call.may_retry():
                        raise CallFailedError(
                            self._dependency, number, str(error), retry_after=error.retry_after
                        ) from error
                await asyncio.sleep(delay)

    def _delay_before_retry(self, number: int, error: AttemptError, deadline: Deadline) -> float | None:
        if not error.worth_retrying:
            return None
        return self._retry.next_delay(
            number, deadline=deadline, now=self._clock(), rng=self._rng, at_least=error.retry_after or 0.0
        )

    def _admitted(self, operation: Operation[T], request_id: str, number: int, ends_at: float) -> Awaitable[T]:
        def attempt(permit: Permit) -> Awaitable[T]:
            return self._in_time(operation, Attempt(request_id, number, f"{permit.generation}-{permit.state}"), ends_at)

        return self._breaker.call(attempt)

    async def _in_time(self, operation: Operation[T], attempt: Attempt, ends_at: float) -> T:
        remaining = ends_at - self._clock()
        if remaining <= self._attempt_timeout.seconds:
            return await self._in_what_remains(remaining, operation, attempt)
        timed = self._attempt_timeout.attempt()
        try:
            with timed:
                return await self._attempting(operation, attempt)
        except TimeoutError as error:
            if not timed.expired:
                raise
            raise AttemptError(f"an attempt took longer than {self._attempt_timeout.seconds:g} s") from error

    async def _in_what_remains(self, remaining: float, operation: Operation[T], attempt: Attempt) -> T:
        try:
            async with asyncio.timeout(max(0.0, remaining)) as timeout:
                return await self._attempting(operation, attempt)
        except TimeoutError as error:
            if not timeout.expired():
                raise
            raise _OutOfTimeError(f"no answer within {self._deadline:g} s") from error
