"""`POST /api/documents`, `GET /api/documents/{id}`, `GET /api/documents?near=`."""

import secrets
from collections.abc import Sequence
from typing import Annotated

import msgspec
from starlette.middleware import Middleware
from starlette.requests import Request

from service.dependencies.document_database import DocumentDatabase
from service.dependencies.embeddings import Embedder, Reason, Source
from service.store.documents import Document, Match
from service.web.adds import Header, PathVariable
from service.web.caller import CALLER_ID
from service.web.caller_present import CallerPresent
from service.web.json_response import JsonResponse
from service.web.operation import Operation
from service.web.problems import NOT_FOUND, OF_CALLS, PROVIDER_REFUSED, ProblemError
from service.web.request_id import request_id_in
from service.workload.provider_flag import Steer

ID = PathVariable(
    meaning="The id that the document was given when it was stored.", example="5d41402abc4b2a76b9719d911017c592"
)


class DocumentRequest(msgspec.Struct, frozen=True):
    """A document to store."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200, examples=["On walls"])]
    text: Annotated[str, msgspec.Meta(min_length=1, examples=["A wall of flint stands as long as its cope is whole."])]


class Created(msgspec.Struct, frozen=True):
    """The id of what was stored."""

    id: str


class Query(msgspec.Struct, frozen=True):
    """What a search looks for."""

    near: Annotated[str, msgspec.Meta(min_length=1, max_length=2000, description="The text whose like is looked for.")]
    limit: Annotated[int, msgspec.Meta(ge=1, le=100, description="How many to find, at most.")] = 10


class SearchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Nearest documents, nearest first."""

    source: Annotated[Source, msgspec.Meta(description="Whose embeddings were compared.")]
    reason: Annotated[
        Reason | None,
        msgspec.Meta(description="Why they are the fallback's; null: they are not."),
    ]
    attempts: Annotated[int, msgspec.Meta(description="Attempts that were made on the provider.")]
    documents: list[Match]


class DocumentRoutes:
    """The handlers of documents."""

    def __init__(self, database: DocumentDatabase, embedder: Embedder, steer: Steer) -> None:
        self._database = database
        self._embedder = embedder
        self._steer = steer

    def routes(self, admission: Sequence[Middleware], writes: Sequence[Middleware]) -> list[Operation]:
        """The routes of documents; `writes` stands before the one that stores."""
        attended = [*admission, Middleware(CallerPresent)]
        return [
            Operation(
                "POST",
                "/api/documents",
                self.create,
                name="create_document",
                answers={201: "The document is stored."},
                leads_to={"show_document": {"id": "$response.body#/id"}},
                gives=[Header(name="Location", meaning="Where the document is found.", always=True)],
                problems=OF_CALLS,
                middleware=[*admission, *writes, Middleware(CallerPresent)],
            ),
            Operation(
                "GET",
                "/api/documents",
                self.search,
                name="search_documents",
                problems=(*OF_CALLS, PROVIDER_REFUSED),
                takes=[CALLER_ID],
                middleware=attended,
            ),
            Operation(
                "GET",
                "/api/documents/{id}",
                self.show,
                name="show_document",
                parts={"id": ID},
                problems=(*OF_CALLS, NOT_FOUND),
                middleware=attended,
            ),
        ]

    async def create(self, request: Request, body: DocumentRequest) -> JsonResponse[Created]:
        """Store a document."""
        document = Document(secrets.token_hex(16), body.title, body.text)
        await self._database.add(document, request_id_in(request.scope))
        location = {"Location": f"/api/documents/{document.id}"}
        return JsonResponse(Created(document.id), status_code=201, headers=location)

    async def show(self, request: Request) -> JsonResponse[Document]:
        """Show a document."""
        document_id = request.path_params["id"]
        document = await self._database.read(document_id, request_id_in(request.scope))
        if document is None:
            raise ProblemError(NOT_FOUND, "there is no document with this id")
        return JsonResponse(document)

    async def search(self, request: Request, query: Query) -> JsonResponse[SearchAnswer]:
        """Find the nearest of the newest documents."""
        request_id = request_id_in(request.scope)
        near = await self._steer(request.scope, self._embedder).embed(query.near, request_id)
        nearest = (
            self._database.nearest_by_provider if near.source is Source.PROVIDER else self._database.nearest_locally
        )
        found = await nearest(near.vector, query.limit, request_id)
        return JsonResponse(
            SearchAnswer(source=near.source, reason=near.reason, attempts=near.attempts, documents=found)
        )
