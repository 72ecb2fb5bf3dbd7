"""What a guarded call tells its caller: an answer, a failure, a rejection or a refusal."""

import asyncio
from datetime import timedelta

import pytest

from service.dependencies.call import Answered
from service.dependencies.errors import CallFailedError, CallRejectedError, RefusedError
from tests.service.guarded import Dependency, after, fails, guard, hangs, refuses
from tests.service.virtual_time import now, run


def test_an_answer_says_how_many_attempts_it_took() -> None:
    async def main() -> None:
        assert await guard()(Dependency([fails, fails]), "r") == Answered("answer", 3)

    run(main())


def test_after_the_last_retry_the_call_has_failed() -> None:
    async def main() -> None:
        dependency = Dependency([fails] * 9)
        with pytest.raises(CallFailedError, match="it failed") as raised:
            await guard(consecutive_failures=None)(dependency, "r")
        assert raised.value.attempts == len(dependency.attempts) == 4

    run(main())


def test_a_rejection_is_told_at_once_and_never_retried() -> None:
    async def main() -> None:
        call = guard(consecutive_failures=1, open_duration=timedelta(seconds=60))
        with pytest.raises(CallRejectedError):
            await call(Dependency([fails]), "r")
        dependency, before = Dependency(), now()
        with pytest.raises(CallRejectedError) as raised:
            await call(dependency, "r")
        assert raised.value.attempts == 0
        assert raised.value.retry_after is not None
        assert 59 < raised.value.retry_after <= 60
        assert dependency.attempts == []
        assert now() == before

    run(main())


def test_a_circuit_that_opens_between_two_attempts_ends_the_call() -> None:
    async def main() -> None:
        dependency = Dependency([fails] * 9)
        with pytest.raises(CallRejectedError) as raised:
            await guard(consecutive_failures=2)(dependency, "r")
        assert raised.value.attempts == len(dependency.attempts) == 2

    run(main())


def test_slow_answers_open_the_circuit() -> None:
    async def main() -> None:
        call = guard(slow_call_duration=timedelta(seconds=1), minimum_calls=3)
        for _ in range(3):
            assert (await call(Dependency([after(1.5)]), "r")).value == "late answer"
        with pytest.raises(CallRejectedError):
            await call(Dependency(), "r")

    run(main())


def test_a_refusal_is_passed_on_and_opens_nothing() -> None:
    async def main() -> None:
        call = guard(consecutive_failures=1)
        for _ in range(3):
            dependency = Dependency([refuses])
            with pytest.raises(RefusedError):
                await call(dependency, "r")
            assert len(dependency.attempts) == 1

    run(main())


def test_a_caller_that_goes_away_counts_as_nothing() -> None:
    async def main() -> None:
        call = guard(consecutive_failures=1)
        for _ in range(3):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(call(Dependency([hangs]), "r"), timeout=1)
        assert await call(Dependency(), "r") == Answered("answer", 1)

    run(main())


def test_a_callers_own_timeout_is_not_taken_for_the_attempts() -> None:
    async def times_out_inside() -> str:
        raise TimeoutError("somebody else's")

    async def main() -> None:
        with pytest.raises(TimeoutError, match="somebody else's"):
            await guard()(Dependency([times_out_inside]), "r")

    run(main())
