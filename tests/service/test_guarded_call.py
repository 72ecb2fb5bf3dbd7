import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from service.dependencies.attempt import Attempt
from service.dependencies.call import Answered, Operation, directly
from service.dependencies.errors import (
    AttemptError,
    CallFailedError,
    CallRejectedError,
    DeadlineExceededError,
    RefusedError,
)
from service.dependencies.guarded_call import GuardConfig, GuardedCall, outcome_of
from service.reliability.circuit_breaker import CircuitBreaker
from service.reliability.circuit_breaker_config import CircuitBreakerConfig
from service.reliability.retry import RetryPolicy
from service.reliability.retry_budget import RetryBudget
from tests.service.virtual_time import now, run


@dataclass
class Dependency:
    """Does one step of its script an attempt, and answers once the script is over."""

    script: list[Callable[[], Awaitable[str]]] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)

    async def __call__(self, attempt: Attempt) -> str:
        self.attempts.append(attempt)
        return await self.script.pop(0)() if self.script else "answer"


async def fails() -> str:
    raise AttemptError("it failed")


async def refuses() -> str:
    raise RefusedError("not like this")


async def hangs() -> str:
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


def after(seconds: float, then: Callable[[], Awaitable[str]] | None = None) -> Callable[[], Awaitable[str]]:
    async def step() -> str:
        await asyncio.sleep(seconds)
        return "late answer" if then is None else await then()

    return step


def guard(
    *,
    budget: RetryBudget | None = None,
    rng: random.Random | None = None,
    **breaker: Any,
) -> GuardedCall:
    return GuardedCall(
        "thing",
        GuardConfig(
            attempt_timeout=timedelta(seconds=2),
            deadline=timedelta(seconds=5),
            retry=RetryPolicy(max_retries=3, backoff=timedelta(seconds=0.1), backoff_max=timedelta(seconds=1)),
        ),
        breaker=CircuitBreaker("thing", CircuitBreakerConfig(**breaker), clock=now, outcome_of=outcome_of),
        budget=budget or RetryBudget(minimum=3, ratio=0.2),
        attempting=directly,
        rng=rng or random.Random(1),
        clock=now,
    )


def test_an_answer_says_how_many_attempts_it_took() -> None:
    async def main() -> None:
        assert await guard()(Dependency([fails, fails]), "r") == Answered("answer", 3)

    run(main())


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


def test_after_the_last_retry_the_call_has_failed() -> None:
    async def main() -> None:
        dependency = Dependency([fails] * 9)
        with pytest.raises(CallFailedError, match="it failed") as raised:
            await guard(consecutive_failures=None)(dependency, "r")
        assert raised.value.attempts == len(dependency.attempts) == 4

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


def test_retries_in_flight_are_bounded_by_the_budget() -> None:
    async def main() -> None:
        call = guard(budget=RetryBudget(minimum=1, ratio=0.1), consecutive_failures=None, minimum_calls=1000)
        dependency = Dependency([after(1, fails)] * 100)
        results = await asyncio.gather(*(call(dependency, f"r{i}") for i in range(20)), return_exceptions=True)
        second_attempts = [attempt for attempt in dependency.attempts if attempt.number == 2]
        assert len(second_attempts) == 2  # a tenth of twenty
        assert sum(isinstance(result, CallFailedError) for result in results) >= 18

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


def test_slow_answers_open_the_circuit() -> None:
    async def main() -> None:
        call = guard(slow_call_duration=timedelta(seconds=1), minimum_calls=3)
        for _ in range(3):
            assert (await call(Dependency([after(1.5)]), "r")).value == "late answer"
        with pytest.raises(CallRejectedError):
            await call(Dependency(), "r")

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
        call = GuardedCall(
            "thing",
            GuardConfig(attempt_timeout=timedelta(seconds=1), deadline=timedelta(seconds=5), retry=RetryPolicy()),
            breaker=CircuitBreaker("thing", CircuitBreakerConfig(), clock=now, outcome_of=outcome_of),
            budget=RetryBudget(minimum=3, ratio=0.2),
            attempting=Injection(),
            rng=random.Random(1),
            clock=now,
        )
        await call(adapter, "r")
        assert order == ["fault injection 1", "fault injection 2", "adapter 2"]

    run(main())
