"""Which dependency an answer speaks of: its row does not say, but the kind of its request and its outcome do."""

from collections.abc import Mapping
from types import MappingProxyType

from harness.plan.requests import (
    create_document,
    embed,
    embed_oversized,
    publish_event,
    read_document,
    search_documents,
)
from harness.plan.scenario import FAULT_MODES, PROVIDER
from harness.record import Outcome, RequestRow

DATABASE = "document_database"
QUEUE = "event_queue"

_CALLED_FOR: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        embed.name: frozenset({PROVIDER}),
        embed_oversized.name: frozenset({PROVIDER}),
        create_document.name: frozenset({DATABASE}),
        read_document.name: frozenset({DATABASE}),
        search_documents.name: frozenset({PROVIDER, DATABASE}),
        publish_event.name: frozenset({QUEUE}),
    }
)


def dependencies_spoken_of(row: RequestRow) -> frozenset[str]:
    """Those of which `attempts` and `reason` may speak: one where that is certain, all for an unknown kind."""
    if row.outcome in {Outcome.SERVED, Outcome.FALLBACK}:
        return frozenset({PROVIDER})  # a success tells only of the embedding that it rests on
    return _CALLED_FOR.get(row.request, frozenset(FAULT_MODES))


def has_deliveries(row: RequestRow) -> bool:
    """Whether agents work on under the request's id, with calls of their own, when its answer is long given."""
    return row.request == publish_event.name
