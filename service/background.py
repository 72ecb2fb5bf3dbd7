"""Work that an instance does beside requests."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Background(Generic[T]):
    """Some work, never twice at the same time."""

    def __init__(self, work: Callable[[], Coroutine[None, None, T]]) -> None:
        self._work = work
        self._task: asyncio.Task[T] | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether somebody is at it."""
        return self._task is not None and not self._task.done()

    def begin(self) -> asyncio.Task[T]:
        """Begin it, unless it is under way; the task that does it."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        return self._task

    async def stop(self) -> None:
        """Cancel it, if it was begun, and wait until it has ended. Raises nothing of its own, whatever it died of."""
        await cancel_and_wait(self._task)


def this_task() -> asyncio.Task[Any]:
    """The task that asks."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - whoever awaits runs in a task
    return task


async def cancel_and_wait(task: asyncio.Task[Any] | None) -> None:
    """Cancel a task, if there is one, and wait until it has ended; an error that ended it is told to its loop.

    So whoever stops several stops them all. Being cancelled meanwhile is the caller's own affair, and raised.
    """
    if task is None:
        return
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled() and (error := task.exception()) is not None:
        told = {"message": "work beside requests had ended by an error", "exception": error, "task": task}
        task.get_loop().call_exception_handler(told)
