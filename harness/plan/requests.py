"""The kinds of request that a scenario can send to the service."""

import dataclasses
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Self
from urllib.parse import urlencode

import msgspec

from harness.plan.answers import Accepted, Answer, Classified, Document, Embedding, Found, classify
from harness.plan.corpus import some_text

_OVERSIZED_TEXT = 33_000  # characters: more than the provider takes (32,768), less than the service's 64 KiB
_LONGEST_TITLE = 120
_NEAREST = 10


class NoDocumentsError(LookupError):
    """A request needs a document that exists, and the warm-up has created none."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class TargetState:
    """What a request may rely on in its target: the documents that the warm-up created."""

    document_ids: Sequence[str] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class PreparedRequest:
    """A request ready to be sent; `path` holds the query as well."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclasses.dataclass(frozen=True, kw_only=True)
class RequestKind:
    """A kind of request: its share of the traffic, its route, how one is built, and what success looks like.

    The same state of `rng` and target builds the same request.
    """

    name: str
    method: str
    path: str  # the route's template
    build: Callable[[random.Random, TargetState], PreparedRequest]
    answer: type[Answer]
    needs_documents: bool = False  # to read, to find or to tell of
    weight: float = 1.0

    def weighted(self, weight: float) -> Self:
        """This kind with another share of the traffic, relative to its scenario's other kinds."""
        return dataclasses.replace(self, weight=weight)

    def outcome(self, status: int, headers: Mapping[str, str], body: bytes) -> Classified:
        """How an answer counts for its caller; `status` 0 stands for a connection that broke."""
        return classify(status, headers, body, self.answer)


def _post(path: str, document: Mapping[str, str]) -> PreparedRequest:
    headers = {"Content-Type": "application/json"}
    return PreparedRequest(method="POST", path=path, headers=headers, body=msgspec.json.encode(document))


def _get(path: str) -> PreparedRequest:
    return PreparedRequest(method="GET", path=path, headers={})


def _title(text: str) -> str:
    return text.partition("\n")[0][:_LONGEST_TITLE]


def _known_document(rng: random.Random, state: TargetState) -> str:
    if not state.document_ids:
        raise NoDocumentsError("the target has no documents yet; expected the warm-up to create some")
    return rng.choice(state.document_ids)


def _embed(rng: random.Random, _: TargetState) -> PreparedRequest:
    return _post("/api/embeddings", {"text": some_text(rng)})


def _embed_oversized(rng: random.Random, _: TargetState) -> PreparedRequest:
    text = some_text(rng)
    while len(text) < _OVERSIZED_TEXT:
        text += "\n" + some_text(rng)
    return _post("/api/embeddings", {"text": text[:_OVERSIZED_TEXT]})


def _create_document(rng: random.Random, _: TargetState) -> PreparedRequest:
    text = some_text(rng)
    return _post("/api/documents", {"title": _title(text), "text": text})


def _read_document(rng: random.Random, state: TargetState) -> PreparedRequest:
    return _get(f"/api/documents/{_known_document(rng, state)}")


def _search_documents(rng: random.Random, _: TargetState) -> PreparedRequest:
    return _get("/api/documents?" + urlencode({"near": _title(some_text(rng)), "limit": _NEAREST}))


def _publish_event(rng: random.Random, state: TargetState) -> PreparedRequest:
    return _post("/api/events", {"topic": "document.created", "document_id": _known_document(rng, state)})


def _live(_: random.Random, __: TargetState) -> PreparedRequest:
    return _get("/health/live")


def _health(_: random.Random, __: TargetState) -> PreparedRequest:
    return _get("/health")


embed = RequestKind(name="embed", method="POST", path="/api/embeddings", build=_embed, answer=Embedding)
embed_oversized = dataclasses.replace(embed, name="embed_oversized", build=_embed_oversized)
create_document = RequestKind(
    name="create_document", method="POST", path="/api/documents", build=_create_document, answer=Accepted
)
read_document = RequestKind(
    name="read_document",
    method="GET",
    path="/api/documents/{id}",
    build=_read_document,
    answer=Document,
    needs_documents=True,
)
search_documents = RequestKind(
    name="search_documents",
    method="GET",
    path="/api/documents",
    build=_search_documents,
    answer=Found,
    needs_documents=True,
)
publish_event = RequestKind(
    name="publish_event",
    method="POST",
    path="/api/events",
    build=_publish_event,
    answer=Accepted,
    needs_documents=True,
)
live = RequestKind(name="live", method="GET", path="/health/live", build=_live, answer=Answer)
health = RequestKind(name="health", method="GET", path="/health", build=_health, answer=Answer)
