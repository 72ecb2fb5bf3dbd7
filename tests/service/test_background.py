import asyncio
from typing import Any

from service.background import Background, cancel_and_wait
from tests.service.virtual_time import now, run


async def fails() -> None:
    raise ValueError("a defect")


async def takes_a_second_to_end() -> None:
    try:
        await asyncio.sleep(60)
    finally:
        await asyncio.sleep(1)


def test_work_that_is_stopped_has_ended() -> None:
    async def scenario() -> None:
        work = Background(takes_a_second_to_end)
        task = work.begin()
        await asyncio.sleep(5)
        await work.stop()
        assert (task.cancelled(), now()) == (True, 6)

    run(scenario())


def test_who_is_cancelled_while_stopping_something_learns_of_it() -> None:
    async def scenario() -> None:
        task = asyncio.create_task(takes_a_second_to_end())
        await asyncio.sleep(5)
        stopping = asyncio.create_task(cancel_and_wait(task))
        await asyncio.sleep(0.5)
        stopping.cancel()
        await asyncio.wait([stopping])
        assert (stopping.cancelled(), now()) == (True, 5.5)
        await asyncio.wait([task])
        assert now() == 6

    run(scenario())


def test_work_that_died_keeps_nobody_from_stopping_the_rest_and_is_told() -> None:
    async def scenario() -> None:
        told: list[dict[str, Any]] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
        first, second = Background(fails), Background(takes_a_second_to_end)
        first.begin()
        task = second.begin()
        await asyncio.sleep(5)
        await first.stop()
        await second.stop()
        assert task.cancelled()
        assert [repr(context["exception"]) for context in told] == ["ValueError('a defect')"]

    run(scenario())
