"""Calls a dependency without the reliability layer: one attempt, no timeout of ours."""

from typing import TypeVar

from service.dependencies.attempt import Attempt
from service.dependencies.call import Answered, Attempting, Operation
from service.dependencies.errors import AttemptError, CallFailedError

T = TypeVar("T")


class PlainCall:
    """What the service does when `USE_RELIABILITY_SYSTEM` is off."""

    def __init__(self, dependency: str, attempting: Attempting) -> None:
        self._dependency = dependency
        self._attempting = attempting

    async def __call__(self, operation: Operation[T], request_id: str) -> Answered[T]:
        """As `Call`."""
        try:
            return Answered(await self._attempting(operation, Attempt(request_id, 1, "")), 1)
        except AttemptError as error:
            raise CallFailedError(self._dependency, 1, str(error), retry_after=error.retry_after) from error
