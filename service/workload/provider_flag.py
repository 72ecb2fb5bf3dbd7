"""Keeps the provider out of what a caller gets, where its flag or a mode says so."""

from collections.abc import Callable
from typing import TypeAlias

from openfeature.client import OpenFeatureClient
from openfeature.evaluation_context import EvaluationContext
from starlette.types import Scope

from service.dependencies.embeddings import Embedder, LocalEmbedder, Reason
from service.reliability.feature_flag import FlagReason
from service.web.caller import caller_in
from service.workload.flags import PROVIDER_EMBEDDINGS

Steer: TypeAlias = Callable[[Scope, Embedder], Embedder]
"""Who embeds for a request in the end, given who would."""


def unsteered(_: Scope, embedder: Embedder) -> Embedder:
    """Whoever would."""
    return embedder


class ProviderFlag:
    """A `Steer`: by the flag `provider_embeddings`, evaluated for the caller of each request."""

    def __init__(self, client: OpenFeatureClient, *, dimensions: int, fallbacks: dict[Reason, int]) -> None:
        self._client = client
        self._here = {
            reason: LocalEmbedder(reason, dimensions=dimensions, fallbacks=fallbacks)
            for reason in (Reason.FLAG_OFF, *_BY_MODE.values())
        }

    def __call__(self, scope: Scope, embedder: Embedder) -> Embedder:
        """As `Steer`."""
        found = self._client.get_boolean_details(
            PROVIDER_EMBEDDINGS.name, PROVIDER_EMBEDDINGS.default, EvaluationContext(targeting_key=caller_in(scope))
        )
        return embedder if found.value else self._here[_BY_MODE.get(str(found.reason), Reason.FLAG_OFF)]


_BY_MODE = {FlagReason.SAFE_MODE.value: Reason.SAFE_MODE, FlagReason.BROWNOUT.value: Reason.BROWNOUT}
