"""`POST /api/embeddings`."""

from typing import Annotated

import msgspec
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.dependencies.embeddings import Embedder, Reason, Source
from service.web.caller_present import CallerPresent
from service.web.json_response import JsonResponse
from service.web.request_body import read
from service.web.request_id import request_id_in


class EmbeddingRequest(msgspec.Struct, frozen=True):
    """What is to be embedded."""

    text: Annotated[str, msgspec.Meta(min_length=1)]


class EmbeddingAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An embedding; what tells how it came about stands before it."""

    model: str
    source: Source
    reason: Reason | None
    attempts: int
    dimensions: int
    embedding: list[float]


def embeddings_routes(embedder: Embedder, *, model: str) -> list[Route]:
    """The routes of embeddings."""

    async def create(request: Request) -> Response:
        wanted = await read(request, EmbeddingRequest)
        embedded = await embedder.embed(wanted.text, request_id_in(request.scope))
        return JsonResponse(
            EmbeddingAnswer(
                model=model,
                source=embedded.source,
                reason=embedded.reason,
                attempts=embedded.attempts,
                dimensions=len(embedded.vector),
                embedding=embedded.vector.tolist(),
            )
        )

    return [Route("/api/embeddings", create, methods=["POST"], middleware=[Middleware(CallerPresent)])]
