"""`POST /api/documents`, `GET /api/documents/{id}`, `GET /api/documents?near=`."""

import secrets
from collections.abc import Sequence
from typing import Annotated

import msgspec
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.dependencies.document_database import DocumentDatabase
from service.dependencies.embeddings import Embedder, Reason, Source
from service.store.documents import Document, Match
from service.web.caller_present import CallerPresent
from service.web.json_response import JsonResponse
from service.web.problems import NOT_FOUND, ProblemError
from service.web.query import query
from service.web.request_body import read
from service.web.request_id import request_id_in
from service.workload.provider_flag import Steer


class DocumentRequest(msgspec.Struct, frozen=True):
    """A document to store."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    text: Annotated[str, msgspec.Meta(min_length=1)]


class Created(msgspec.Struct, frozen=True):
    """The id of what was stored."""

    id: str


class Query(msgspec.Struct, frozen=True):
    """What a search looks for."""

    near: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10


class SearchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Nearest documents, nearest first; `source` says whose embeddings were compared."""

    source: Source
    reason: Reason | None
    attempts: int
    documents: list[Match]


class DocumentRoutes:
    """The handlers of documents."""

    def __init__(self, database: DocumentDatabase, embedder: Embedder, steer: Steer) -> None:
        self._database = database
        self._embedder = embedder
        self._steer = steer

    def routes(self, admission: Sequence[Middleware], writes: Sequence[Middleware]) -> list[Route]:
        """The routes of documents; `writes` stands before the one that stores."""
        attended = [*admission, Middleware(CallerPresent)]
        return [
            Route(
                "/api/documents",
                self.create,
                methods=["POST"],
                middleware=[*admission, *writes, Middleware(CallerPresent)],
            ),
            Route("/api/documents", self.search, methods=["GET"], middleware=attended),
            Route("/api/documents/{id}", self.show, methods=["GET"], middleware=attended),
        ]

    async def create(self, request: Request) -> Response:
        """Store a document."""
        wanted = await read(request, DocumentRequest)
        document = Document(secrets.token_hex(16), wanted.title, wanted.text)
        await self._database.add(document, request_id_in(request.scope))
        location = {"Location": f"/api/documents/{document.id}"}
        return JsonResponse(Created(document.id), status_code=201, headers=location)

    async def show(self, request: Request) -> Response:
        """One document."""
        document_id = request.path_params["id"]
        document = await self._database.read(document_id, request_id_in(request.scope))
        if document is None:
            raise ProblemError(NOT_FOUND, "there is no document with this id")
        return JsonResponse(document)

    async def search(self, request: Request) -> Response:
        """The nearest of the newest documents."""
        wanted = query(request, Query)
        request_id = request_id_in(request.scope)
        near = await self._steer(request.scope, self._embedder).embed(wanted.near, request_id)
        nearest = (
            self._database.nearest_by_provider if near.source is Source.PROVIDER else self._database.nearest_locally
        )
        found = await nearest(near.vector, wanted.limit, request_id)
        return JsonResponse(
            SearchAnswer(source=near.source, reason=near.reason, attempts=near.attempts, documents=found)
        )
