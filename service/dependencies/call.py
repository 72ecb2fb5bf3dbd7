"""What it means to call a dependency."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar

from service.dependencies.attempt import Attempt

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

Operation: TypeAlias = Callable[[Attempt], Awaitable[T]]
"""One try of a dependency."""


@dataclass(frozen=True, slots=True)
class Answered(Generic[T_co]):
    """An answer, and how many attempts it took."""

    value: T_co
    attempts: int


class Call(Protocol):
    """A way to call one dependency: guarded, or plainly."""

    async def __call__(self, operation: Operation[T], request_id: str) -> Answered[T]:
        """Have `operation` answered.

        Raises:
            CallError: it was not.
            RefusedError: the dependency refuses what the caller sent.
        """
        ...


class Attempting(Protocol):
    """A way to make one attempt: directly, or through the fault injector."""

    async def __call__(self, operation: Operation[T], attempt: Attempt) -> T:
        """Make the attempt. Raises what `operation` raises."""
        ...


async def directly(operation: Operation[T], attempt: Attempt) -> T:
    """Make the attempt, with nothing in between."""
    return await operation(attempt)
