"""`POST /api/embeddings`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec
from starlette.middleware import Middleware
from starlette.requests import Request

from service.dependencies.embeddings import Embedded, Embedder, Reason, Source
from service.dependencies.errors import CallError
from service.reliability.slo import Variant
from service.web.caller import CALLER_ID
from service.web.caller_present import CallerPresent
from service.web.json_response import JsonResponse
from service.web.operation import Operation
from service.web.problems import OF_CALLS, PROVIDER_REFUSED
from service.web.request_id import request_id_in
from service.web.traffic_shaping import variant_in
from service.workload.provider_flag import Steer


class EmbeddingRequest(msgspec.Struct, frozen=True):
    """What is to be embedded."""

    text: Annotated[str, msgspec.Meta(min_length=1, examples=["A wall of flint."])]


class EmbeddingAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An embedding; what tells how it came about stands before it."""

    model: Annotated[str, msgspec.Meta(description="The model that was asked for.")]
    variant: Variant
    source: Source
    reason: Annotated[Reason | None, msgspec.Meta(description="Why it is the fallback's; null: it is not.")]
    attempts: Annotated[int, msgspec.Meta(description="Attempts that were made on the provider.")]
    dimensions: int
    embedding: list[float]


@dataclass(frozen=True, kw_only=True)
class EmbeddingHandler:
    """One way to answer: a model, and who embeds with it."""

    model: str
    embedder: Embedder


def embeddings_routes(
    handlers: Mapping[Variant, EmbeddingHandler], admission: Sequence[Middleware], steer: Steer
) -> list[Operation]:
    """The routes of embeddings; where `admission` chooses no variant, the stable handler answers."""

    async def create(request: Request, body: EmbeddingRequest) -> JsonResponse[EmbeddingAnswer]:
        """Embed a text.

        Where the provider cannot answer, the fallback does, and the answer says so.
        """
        variant, ticket = variant_in(request.scope)
        handler = handlers[variant]
        embedder = steer(request.scope, handler.embedder)
        if ticket is not None:
            ticket.withheld = embedder is not handler.embedder
        try:
            embedded = await embedder.embed(body.text, request_id_in(request.scope))
        except CallError:
            if ticket is not None:
                ticket.first_attempt_failed = True
            raise
        if ticket is not None:
            ticket.fell_back = embedded.source is Source.FALLBACK
            ticket.first_attempt_failed = ticket.fell_back or embedded.attempts > 1
        return JsonResponse(_answer(handler.model, variant, embedded))

    return [
        Operation(
            "POST",
            "/api/embeddings",
            create,
            name="create_embedding",
            problems=(*OF_CALLS, PROVIDER_REFUSED),
            takes=[CALLER_ID],
            middleware=[*admission, Middleware(CallerPresent)],
        )
    ]


def _answer(model: str, variant: Variant, embedded: Embedded) -> EmbeddingAnswer:
    return EmbeddingAnswer(
        model=model,
        variant=variant,
        source=embedded.source,
        reason=embedded.reason,
        attempts=embedded.attempts,
        dimensions=len(embedded.vector),
        embedding=embedded.vector.tolist(),
    )
