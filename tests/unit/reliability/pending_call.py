"""Calls through a breaker that end when, and how, the test says so; no event loop is needed for that."""

import asyncio
import contextlib
import types
from collections.abc import Generator

from service.reliability.breaker_states import Permit
from service.reliability.circuit_breaker import CircuitBreaker


class DependencyError(Exception):
    """What the dependency answers when it is ill."""


class RefusedError(Exception):
    """What the dependency answers when the caller is wrong."""


class CallerLeftError(Exception):
    """What the operation raises when nobody waits for the answer any more."""


@types.coroutine
def _answer() -> Generator[None, str, str]:
    return (yield)


class PendingCall:
    """A call that was admitted with `permit` and waits for its answer; construction raises what a rejection raises."""

    permit: Permit

    def __init__(self, breaker: CircuitBreaker) -> None:
        self._coroutine = breaker.call(self._operation)
        self._coroutine.send(None)

    async def _operation(self, permit: Permit) -> str:
        self.permit = permit
        return await _answer()

    def succeed(self) -> None:
        with contextlib.suppress(StopIteration):
            self._coroutine.send("answer")

    def fail(self) -> None:
        with contextlib.suppress(DependencyError):
            self._coroutine.throw(DependencyError())

    def be_refused(self) -> None:
        with contextlib.suppress(RefusedError):
            self._coroutine.throw(RefusedError())

    def be_abandoned(self) -> None:
        with contextlib.suppress(CallerLeftError):
            self._coroutine.throw(CallerLeftError())

    def be_cancelled(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            self._coroutine.throw(asyncio.CancelledError())


def succeed(breaker: CircuitBreaker, times: int = 1) -> None:
    for _ in range(times):
        PendingCall(breaker).succeed()


def fail(breaker: CircuitBreaker, times: int = 1) -> None:
    for _ in range(times):
        PendingCall(breaker).fail()
