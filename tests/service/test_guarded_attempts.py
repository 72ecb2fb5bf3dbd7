"""The attempts of a guarded call: what each carries, when it ends, and when the next one starts."""

import asyncio
import random
from datetime import timedelta
from typing import Any

import pytest

from service.dependencies.attempt import Attempt
from service.dependencies.call import Operation
from service.dependencies.errors import AttemptError, CallFailedError, CallRejectedError, DeadlineExceededError
from service.reliability.retry_budget import RetryBudget
from tests.service.guarded import Dependency, after, fails, guard, hangs
from tests.service.virtual_time import now, run


def test_an_attempt_carries_its_request_its_number_and_its_permit() -> None:
    async def main() -> None:
        dependency = Dependency([fails])
        await guard()(dependency, "request-1")
        assert dependency.attempts == [Attempt("request-1", 1, "1-closed"), Attempt("request-1", 2, "1-closed")]

    run(main())


def test_a_probe_carries_the_generation_that_let_it_through() -> None:
    async def main() -> None:
        call = guard(consecutive_failures=1, open_duration=timedelta(seconds=60))
        with pytest.raises(CallRejectedError):
            await call(Dependency([fails]), "r")
        await asyncio.sleep(60)
        dependency = Dependency()
        await call(dependency, "r")
        assert [attempt.permit for attempt in dependency.attempts] == ["3-half_open"]

    run(main())


def test_an_attempt_ends_at_its_timeout_and_that_is_a_failure() -> None:
    async def main() -> None:
        dependency = Dependency([hangs])
        assert (await guard()(dependency, "r")).attempts == 2
        assert 2 <= now() <= 2.1

    run(main())


def test_the_last_attempt_ends_with_the_deadline_of_the_call() -> None:
    async def main() -> None:
        with pytest.raises(DeadlineExceededError) as raised:
            await guard()(Dependency([hangs] * 9), "r")
        assert raised.value.attempts == 3
        assert now() == pytest.approx(5)

    run(main())


def test_no_retry_starts_whose_backoff_would_pass_the_deadline() -> None:
    async def refuses_to_be_asked_soon() -> str:
        raise AttemptError("busy", retry_after=4.95)

    async def main() -> None:
        with pytest.raises(CallFailedError) as raised:
            await guard()(Dependency([after(0.1, refuses_to_be_asked_soon)]), "r")
        assert raised.value.attempts == 1
        assert now() == pytest.approx(0.1)

    run(main())


def test_the_backoff_is_spread_from_nothing_to_its_upper_end() -> None:
    async def waited(seed: int) -> float:
        began = now()
        await guard(rng=random.Random(seed))(Dependency([fails]), "r")
        return now() - began

    async def main() -> None:
        waits = [await waited(seed) for seed in range(200)]
        assert min(waits) < 0.01
        assert max(waits) > 0.09
        assert max(waits) <= 0.1

    run(main())


def test_retries_in_flight_are_bounded_by_the_budget() -> None:
    async def main() -> None:
        call = guard(budget=RetryBudget(minimum=1, ratio=0.1), consecutive_failures=None, minimum_calls=1000)
        dependency = Dependency([after(1, fails)] * 100)
        results = await asyncio.gather(*(call(dependency, f"r{i}") for i in range(20)), return_exceptions=True)
        second_attempts = [attempt for attempt in dependency.attempts if attempt.number == 2]
        assert len(second_attempts) == 2  # a tenth of twenty
        assert sum(isinstance(result, CallFailedError) for result in results) >= 18

    run(main())


def test_the_layers_stand_in_their_order() -> None:
    """Attempts go through the breaker one by one; the attempt's timeout holds the fault injection too."""
    order: list[str] = []

    class Injection:
        async def __call__(self, operation: Operation[Any], attempt: Attempt) -> Any:
            order.append(f"fault injection {attempt.number}")
            if attempt.number == 1:
                await asyncio.Event().wait()
            return await operation(attempt)

    async def adapter(attempt: Attempt) -> str:
        order.append(f"adapter {attempt.number}")
        return "answer"

    async def main() -> None:
        await guard(attempting=Injection())(adapter, "r")
        assert order == ["fault injection 1", "fault injection 2", "adapter 2"]

    run(main())
