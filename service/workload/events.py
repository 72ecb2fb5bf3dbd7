"""`POST /api/events`."""

import re
import secrets
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Annotated

import msgspec
from starlette.middleware import Middleware
from starlette.requests import Request

from service.dependencies.event_queue import EventQueue
from service.store.events import Event
from service.web.adds import Header
from service.web.caller_present import CallerPresent
from service.web.json_response import JsonResponse
from service.web.operation import Operation
from service.web.problems import IDEMPOTENCY_KEY_REUSED, INVALID, OF_CALLS, ProblemError
from service.web.request_id import request_id_in
from service.workload.documents import ID

IDEMPOTENCY_KEY = Header(
    name="Idempotency-Key",
    meaning="Names the event for 24 hours: when it is published again with the same key, it is known by the same id.",
    schema={"type": "string", "pattern": "^[!-~]{1,128}$"},
)
_idempotency_key = re.compile(r"[!-~]{1,128}").fullmatch


class Topic(StrEnum):
    """What events can be about."""

    DOCUMENT_CREATED = "document.created"


class EventRequest(msgspec.Struct, frozen=True):
    """An event to publish."""

    topic: Topic
    document_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64, examples=[ID.example])]


class Accepted(msgspec.Struct, frozen=True):
    """The id under which an event is known."""

    id: str


def events_routes(
    queue: EventQueue, admission: Sequence[Middleware], *, published: Callable[[], None]
) -> list[Operation]:
    """The routes of events; `published` is called after each event that was accepted."""

    async def publish(request: Request, body: EventRequest) -> JsonResponse[Accepted]:
        """Publish an event to the agents that wait for its topic.

        It reaches each of them at least once.
        """
        key = request.headers.get("idempotency-key")
        if key is not None and not _idempotency_key(key):
            raise ProblemError(
                INVALID, "Idempotency-Key has another form; expected 1 to 128 printable ASCII characters"
            )
        event = Event(
            id=secrets.token_hex(16),
            topic=body.topic,
            document_id=body.document_id,
            request_id=request_id_in(request.scope),
        )
        known_as = await queue.publish(event, key)
        if known_as is None:
            raise ProblemError(IDEMPOTENCY_KEY_REUSED, "the earlier event has another topic or document_id")
        published()
        return JsonResponse(Accepted(known_as), status_code=202)

    return [
        Operation(
            "POST",
            "/api/events",
            publish,
            name="publish_event",
            answers={202: "The event is kept, and will be delivered."},
            takes=[IDEMPOTENCY_KEY],
            problems=(*OF_CALLS, IDEMPOTENCY_KEY_REUSED, INVALID),
            middleware=[*admission, Middleware(CallerPresent)],
        )
    ]
