"""One timer for many attempts."""

import asyncio

import pytest

from service.dependencies.attempt_timeout import AttemptTimeout
from tests.service.virtual_time import now, run


def test_each_attempt_has_its_own_time_however_many_run_at_once() -> None:
    async def ends_after(seconds: float) -> tuple[float, bool]:
        timed, began = timeout.attempt(), now()
        try:
            with timed:
                await asyncio.sleep(seconds)
        except TimeoutError:
            assert timed.expired
        return now() - began, timed.expired

    async def main() -> None:
        attempts = []
        for seconds in (9, 1, 9, 1.5, 9):
            attempts.append(asyncio.create_task(ends_after(seconds)))
            await asyncio.sleep(0.5)
        ended = await asyncio.gather(*attempts)
        assert [expired for _, expired in ended] == [True, False, True, False, True]
        assert [round(seconds, 6) for seconds, _ in ended] == [2, 1, 2, 1.5, 2]

    timeout = AttemptTimeout(2)
    run(main())


def test_an_attempt_that_its_caller_gives_up_when_its_time_is_over_stays_given_up() -> None:
    async def main() -> None:
        async def attempt() -> None:
            with AttemptTimeout(2).attempt():
                await asyncio.sleep(9)

        task = asyncio.create_task(attempt())
        await asyncio.sleep(2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(main())
