"""`GET /api/observability/events`."""

from typing import Annotated

import msgspec
from starlette.requests import Request

from service.web.identity import Identity
from service.web.journal import Event, Journal
from service.web.json_response import JsonResponse
from service.web.operation import Operation


class EventsQuery(msgspec.Struct, frozen=True):
    """From where to read."""

    after: Annotated[int, msgspec.Meta(ge=0, description="The sequence after which to begin.")] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=10_000, description="The length of the page, at most.")] = 1000


class Events(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the journal, oldest events first."""

    instance: str
    boot_id: str
    events: list[Event]
    next: Annotated[int, msgspec.Meta(description="The `after` of the following page.")]
    dropped: Annotated[int, msgspec.Meta(description="How many events after `after` are no longer kept.")]


def journal_routes(journal: Journal, identity: Identity) -> list[Operation]:
    """The journal."""

    async def show(_: Request, query: EventsQuery) -> JsonResponse[Events]:
        """List the events of this instance's journal, oldest first."""
        events, dropped = journal.after(query.after, query.limit)
        return JsonResponse(
            Events(
                instance=identity.instance,
                boot_id=identity.boot_id,
                events=events,
                next=events[-1].sequence if events else query.after + dropped,
                dropped=dropped,
            )
        )

    return [Operation("GET", "/api/observability/events", show, name="list_events")]
