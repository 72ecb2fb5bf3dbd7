"""The two ways in which libraries put a breaker around an operation: a decorator, or a call that is handed it."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

Operation = Callable[..., Awaitable[Any]]


class Guarded(Protocol):
    """An operation with a breaker around it."""

    async def once(self) -> Any:
        """Call it."""

    async def repeat(self, times: int) -> None:
        """Call it so many times, with nothing else in the loop."""

    async def repeat_rejected(self, times: int, rejection: type[Exception]) -> None:
        """Call it so many times, each of which must be rejected."""


class Decorated:
    """A breaker whose decorator made a function of the operation."""

    def __init__(self, function: Operation) -> None:
        self._function = function

    async def once(self) -> Any:
        """As Guarded."""
        return await self._function()

    async def repeat(self, times: int) -> None:
        """As Guarded."""
        function = self._function
        for _ in range(times):
            await function()

    async def repeat_rejected(self, times: int, rejection: type[Exception]) -> None:
        """As Guarded."""
        function = self._function
        for _ in range(times):
            try:
                await function()
            except rejection:
                continue
            raise AssertionError("it was let through")


class Called:
    """A breaker that is handed the operation with each call."""

    def __init__(self, call: Operation, operation: Operation) -> None:
        self._call = call
        self._operation = operation

    async def once(self) -> Any:
        """As Guarded."""
        return await self._call(self._operation)

    async def repeat(self, times: int) -> None:
        """As Guarded."""
        call, operation = self._call, self._operation
        for _ in range(times):
            await call(operation)

    async def repeat_rejected(self, times: int, rejection: type[Exception]) -> None:
        """As Guarded."""
        call, operation = self._call, self._operation
        for _ in range(times):
            try:
                await call(operation)
            except rejection:
                continue
            raise AssertionError("it was let through")
