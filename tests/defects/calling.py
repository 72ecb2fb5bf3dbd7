"""Guards and fallbacks with one wrong part each."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

from service.dependencies.attempt_timeout import AttemptTimeout
from service.dependencies.call import Answered, Operation
from service.dependencies.embeddings import Embedded, EmbedderWithFallback, Reason, Source
from service.dependencies.errors import CallRejectedError
from service.dependencies.guarded_call import GuardedCall
from service.dependencies.local_embedding import local_embedding
from service.reliability.breaker_states import Open, Permit
from service.reliability.circuit_breaker import CircuitBreaker, CircuitOpenError
from service.reliability.retry import RetryPolicy
from service.reliability.retry_budget import RetryBudget
from tests.defects.replacing import replace

T = TypeVar("T")


def never_retries() -> None:
    replace(RetryPolicy, "next_delay", lambda _self, _retry, **_how: None)


def retries_without_a_budget() -> None:
    replace(RetryBudget, "take_retry", lambda _self: True)
    replace(RetryBudget, "end", lambda _self, *, holds_retry: None)  # noqa: ARG005 - the caller passes it by name


def forgets_the_attempt_timeout() -> None:
    original = GuardedCall.__init__

    def init(self: GuardedCall, *args: Any, **parts: Any) -> None:
        original(self, *args, **parts)
        self._attempt_timeout = AttemptTimeout(math.inf)

    replace(GuardedCall, "__init__", init)


def rejects_slowly() -> None:
    original = CircuitBreaker.call

    async def call(self: CircuitBreaker, operation: Callable[[Permit], Awaitable[T]]) -> T:
        try:
            return await original(self, operation)
        except CircuitOpenError:
            await asyncio.sleep(timedelta(milliseconds=400).total_seconds())
            raise

    replace(CircuitBreaker, "call", call)


def opens_every_breaker_at_once() -> None:
    breakers: list[CircuitBreaker] = []
    original_init, original_open = CircuitBreaker.__init__, CircuitBreaker._open

    def init(self: CircuitBreaker, *args: Any, **parts: Any) -> None:
        original_init(self, *args, **parts)
        breakers.append(self)

    def opened(self: CircuitBreaker, reason: str, now: float) -> Open:
        for other in breakers:
            if other is not self and other._closed is not None:
                original_open(other, reason, now)
        return original_open(self, reason, now)

    replace(CircuitBreaker, "__init__", init)
    replace(CircuitBreaker, "_open", opened)


def has_no_fallback() -> None:
    async def embed(self: EmbedderWithFallback, text: str, request_id: str) -> Embedded:
        return await self._embedder.embed(text, request_id)

    replace(EmbedderWithFallback, "embed", embed)


def falls_back_for_ever() -> None:
    """Once the provider has failed it is never asked again, whatever its breaker says."""
    original = EmbedderWithFallback.embed
    has_failed = False

    async def embed(self: EmbedderWithFallback, text: str, request_id: str) -> Embedded:
        nonlocal has_failed
        if not has_failed:
            embedded = await original(self, text, request_id)
            has_failed = embedded.reason is Reason.CIRCUIT_OPEN
            return embedded
        return Embedded(
            vector=local_embedding(text, self._dimensions),
            source=Source.FALLBACK,
            reason=Reason.PROVIDER_FAILED,
            attempts=0,
        )

    replace(EmbedderWithFallback, "embed", embed)


def sheds_without_saying_when_to_come_back() -> None:
    original = GuardedCall.__call__

    async def call(self: GuardedCall, operation: Operation[T], request_id: str) -> Answered[T]:
        try:
            return await original(self, operation, request_id)
        except CallRejectedError as error:
            error.retry_after = None
            raise

    replace(GuardedCall, "__call__", call)
