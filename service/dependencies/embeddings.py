"""Embeddings of texts, from the provider or, when it cannot answer, made here."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from service.dependencies.attempt import Attempt
from service.dependencies.call import Call
from service.dependencies.errors import CallError, CallFailedError, CallRejectedError, DeadlineExceededError
from service.dependencies.local_embedding import local_embedding
from service.store.documents import Vector

if TYPE_CHECKING:
    from service.dependencies.openai_embeddings import OpenAIEmbeddings

QUICK = 4096  # characters: what is longer would hold up the event loop for a millisecond and more


class Source(StrEnum):
    """Who made an embedding. Those of different sources cannot be compared."""

    PROVIDER = "provider"
    FALLBACK = "fallback"


class Reason(StrEnum):
    """Why an embedding is the fallback's."""

    CIRCUIT_OPEN = "circuit_open"
    DEADLINE_EXCEEDED = "deadline_exceeded"
    PROVIDER_FAILED = "provider_failed"
    FLAG_OFF = "flag_off"  # by an operator or the environment, for everyone or this caller
    BROWNOUT = "brownout"
    SAFE_MODE = "safe_mode"


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """The embedding of a text, and how it came about."""

    vector: Vector
    source: Source
    reason: Reason | None
    attempts: int


class Embedder(Protocol):
    """A way to get an embedding: from the provider alone, or with the fallback behind it."""

    async def embed(self, text: str, request_id: str) -> Embedded:
        """The embedding of a text.

        Raises:
            CallError: there is none.
            RefusedError: the provider refuses this text.
        """
        ...


class ProviderEmbedder:
    """Embeddings by one model of the provider, and from nobody else."""

    def __init__(self, provider: "OpenAIEmbeddings", call: Call, *, model: str) -> None:
        self._provider = provider
        self._call = call
        self._model = model

    async def embed(self, text: str, request_id: str) -> Embedded:
        """As `Embedder`."""

        def attempt_it(attempt: Attempt) -> Awaitable[Vector]:
            return self._provider.embed(text, self._model, attempt)

        answer = await self._call(attempt_it, request_id)
        return Embedded(vector=answer.value, source=Source.PROVIDER, reason=None, attempts=answer.attempts)


class EmbedderWithFallback:
    """Embeddings from the provider, or else made here, and counted in `fallbacks`. Never raises CallError."""

    def __init__(self, embedder: Embedder, *, dimensions: int, fallbacks: dict[Reason, int]) -> None:
        self._embedder = embedder
        self._dimensions = dimensions
        self._fallbacks = fallbacks

    async def embed(self, text: str, request_id: str) -> Embedded:
        """As `Embedder`."""
        try:
            return await self._embedder.embed(text, request_id)
        except CallError as error:
            reason = _REASON[type(error)]
            self._fallbacks[reason] += 1
            vector = await _made_here(text, self._dimensions)
            return Embedded(vector=vector, source=Source.FALLBACK, reason=reason, attempts=error.attempts)


class LocalEmbedder:
    """Embeddings made here for one reason, and counted in `fallbacks`. The provider is not asked."""

    def __init__(self, reason: Reason, *, dimensions: int, fallbacks: dict[Reason, int]) -> None:
        self._reason = reason
        self._dimensions = dimensions
        self._fallbacks = fallbacks

    async def embed(self, text: str, request_id: str) -> Embedded:  # noqa: ARG002 - as `Embedder`; nobody is called
        """As `Embedder`."""
        self._fallbacks[self._reason] += 1
        vector = await _made_here(text, self._dimensions)
        return Embedded(vector=vector, source=Source.FALLBACK, reason=self._reason, attempts=0)


async def _made_here(text: str, dimensions: int) -> Vector:
    if len(text) <= QUICK:
        return local_embedding(text, dimensions)
    return await asyncio.to_thread(local_embedding, text, dimensions)


_REASON = {
    CallRejectedError: Reason.CIRCUIT_OPEN,
    DeadlineExceededError: Reason.DEADLINE_EXCEEDED,
    CallFailedError: Reason.PROVIDER_FAILED,
}
