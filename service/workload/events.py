"""`POST /api/events`."""

import re
import secrets
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Annotated

import msgspec
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.dependencies.event_queue import EventQueue
from service.store.events import Event
from service.web.caller_present import CallerPresent
from service.web.json_response import JsonResponse
from service.web.problems import IDEMPOTENCY_KEY_REUSED, INVALID, ProblemError
from service.web.request_body import read
from service.web.request_id import request_id_in

_idempotency_key = re.compile(r"[!-~]{1,128}").fullmatch


class Topic(StrEnum):
    """What events can be about."""

    DOCUMENT_CREATED = "document.created"


class EventRequest(msgspec.Struct, frozen=True):
    """An event to publish."""

    topic: Topic
    document_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class Accepted(msgspec.Struct, frozen=True):
    """The id under which an event is known."""

    id: str


def events_routes(queue: EventQueue, admission: Sequence[Middleware], *, published: Callable[[], None]) -> list[Route]:
    """The routes of events; `published` is called after each event that was accepted."""

    async def publish(request: Request) -> Response:
        wanted = await read(request, EventRequest)
        key = request.headers.get("idempotency-key")
        if key is not None and not _idempotency_key(key):
            raise ProblemError(
                INVALID, "Idempotency-Key has another form; expected 1 to 128 printable ASCII characters"
            )
        event = Event(
            id=secrets.token_hex(16),
            topic=wanted.topic,
            document_id=wanted.document_id,
            request_id=request_id_in(request.scope),
        )
        known_as = await queue.publish(event, key)
        if known_as is None:
            raise ProblemError(IDEMPOTENCY_KEY_REUSED, "the earlier event has another topic or document_id")
        published()
        return JsonResponse(Accepted(known_as), status_code=202)

    return [Route("/api/events", publish, methods=["POST"], middleware=[*admission, Middleware(CallerPresent)])]
