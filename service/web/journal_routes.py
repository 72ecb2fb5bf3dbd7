"""`GET /api/observability/events`."""

from itertools import islice
from typing import Annotated

import msgspec
from starlette.requests import Request

from service.fleet.instance_views import InstanceViews
from service.web.fleet_scope import OfAll, OfOne, ScopeQuery, ViewPart, Whose, of_everyone
from service.web.identity import Identity
from service.web.journal import Event, Journal
from service.web.json_response import JsonResponse
from service.web.operation import Operation

TOLD = 50
"""Events that an instance tells the others: its newest."""


class EventsQuery(ScopeQuery, frozen=True):
    """From where to read; of the fleet the newest are shown, wherever one would begin."""

    after: Annotated[int, msgspec.Meta(ge=0, description="The sequence after which to begin.")] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=10_000, description="The length of the page, at most.")] = 1000


class Events(OfOne, frozen=True, kw_only=True):
    """A page of the journal, oldest events first."""

    events: list[Event]
    next: Annotated[int, msgspec.Meta(description="The `after` of the following page.")]
    dropped: Annotated[int, msgspec.Meta(description="How many events after `after` are no longer kept.")]


class EventOf(msgspec.Struct, frozen=True, kw_only=True):
    """An event, and in whose journal it stands."""

    instance: str
    boot_id: str
    event: Event


class FleetEvents(OfAll, frozen=True, kw_only=True):
    """The newest events of every journal, newest first."""

    events: list[EventOf]


class JournalRoutes:
    """What is shown of the journal."""

    def __init__(self, journal: Journal, identity: Identity, views: InstanceViews) -> None:
        self._journal = journal
        self._identity = identity
        self._views = views

    def routes(self) -> list[Operation]:
        """For viewers."""
        return [Operation("GET", "/api/observability/events", self.show, name="list_events")]

    def newest(self) -> Events:
        """What the others are told."""
        events = list(islice(self._journal.newest_first(), TOLD))[::-1]
        return self._page(events, after=0, dropped=0)

    async def show(self, _: Request, query: EventsQuery) -> JsonResponse[Events | FleetEvents]:
        """List the events of this instance's journal, oldest first; or the newest of all instances, newest first."""
        if query.scope is Whose.INSTANCE:
            events, dropped = self._journal.after(query.after, query.limit)
            return JsonResponse(self._page(events, after=query.after, dropped=dropped))
        of_all, told = await of_everyone(self._views, ViewPart.EVENTS, HeardEvents)
        every = [EventOf(instance=of.instance, boot_id=of.boot_id, event=event) for of in told for event in of.events]
        every.sort(key=lambda each: (each.event.at, each.event.sequence), reverse=True)
        return JsonResponse(FleetEvents(**of_all, events=every[: query.limit]))

    def _page(self, events: list[Event], *, after: int, dropped: int) -> Events:
        return Events(
            instance=self._identity.instance,
            boot_id=self._identity.boot_id,
            events=events,
            next=events[-1].sequence if events else after + dropped,
            dropped=dropped,
        )


class HeardEvents(Events, frozen=True, kw_only=True):
    """What an instance told of its journal."""

    heard_at: float
