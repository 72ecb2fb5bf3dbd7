"""The agent `indexer`: embeds each new document. Its messages are pushed to it."""

from collections.abc import Callable, Sequence
from typing import Annotated

import msgspec
from starlette.middleware import Middleware
from starlette.requests import Request

from service.dependencies.delivery import Delivery
from service.dependencies.document_database import DocumentDatabase
from service.dependencies.embeddings import Embedder
from service.web.caller_present import CallerPresent
from service.web.json_response import JsonResponse
from service.web.operation import Operation
from service.web.problems import INVALID, NOT_FOUND, OF_CALLS, PROVIDER_REFUSED, ProblemError
from service.web.request_id import request_id_in
from service.workload.documents import ID
from service.workload.events import Topic

AGENT = "indexer"


class Pushed(Delivery, frozen=True, kw_only=True):
    """What the indexer is pushed: that something happened to a document."""

    topic: Annotated[str, msgspec.Meta(extra_json_schema={"enum": sorted(Topic)})]
    document_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64, examples=[ID.example])]


class Indexed(msgspec.Struct, frozen=True):
    """The document that was indexed."""

    id: str


def indexer_routes(
    database: DocumentDatabase,
    embedder: Embedder,
    admission: Sequence[Middleware],
    *,
    accepted: Callable[[str], None],
) -> list[Operation]:
    """The route that messages are pushed to, by whom the middleware `agents` lets pass.

    `embedder` has no fallback behind it: a local embedding in the place of the provider's would stay wrong for good,
    while a failed delivery is made again. A delivery that comes twice stores the same embedding twice, which is the
    same as once. `accepted` hears the topic of each delivery that was dealt with.
    """

    async def deliver(request: Request, body: Pushed) -> JsonResponse[Indexed]:
        """Index the document of an event."""
        request_id = request_id_in(request.scope)
        if body.topic not in set(Topic):
            known = ", ".join(Topic)
            raise ProblemError(INVALID, f"topic is {body.topic[:64]!r}; expected one of: {known}")
        document = await database.read(body.document_id, request_id)
        if document is None:
            raise ProblemError(NOT_FOUND, "there is no document with this id")
        embedded = await embedder.embed(document.text, request_id)
        await database.store_embedding(document.id, embedded.vector, request_id)
        accepted(body.topic)
        return JsonResponse(Indexed(document.id))

    return [
        Operation(
            "POST",
            f"/internal/agents/{AGENT}/deliver",
            deliver,
            name=f"deliver_to_{AGENT}",
            problems=(*OF_CALLS, NOT_FOUND, PROVIDER_REFUSED),
            middleware=[*admission, Middleware(CallerPresent)],
        )
    ]
