"""A guarded call, and a dependency that does as its script says."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from service.dependencies.attempt import Attempt
from service.dependencies.call import Attempting, directly
from service.dependencies.errors import AttemptError, RefusedError
from service.dependencies.guarded_call import GuardConfig, GuardedCall, outcome_of
from service.reliability.circuit_breaker import CircuitBreaker
from service.reliability.circuit_breaker_config import CircuitBreakerConfig
from service.reliability.retry import RetryPolicy
from service.reliability.retry_budget import RetryBudget
from tests.service.virtual_time import now


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
    attempting: Attempting = directly,
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
        attempting=attempting,
        rng=rng or random.Random(1),
        clock=now,
    )
