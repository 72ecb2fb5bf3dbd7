"""Dead letters, as operators list, redrive and discard them."""

from typing import Annotated

import msgspec
from starlette.middleware import Middleware
from starlette.requests import Request

from service.dependencies.event_queue import EventQueue
from service.fleet.operations import Operations
from service.redrives import QueueAwayError, RedriveConflictError, Redrives, RedriveStep, RedriveUnknownError
from service.reliability.control_entry import Change
from service.reliability.redrive import discard_key, redrive_key
from service.store.errors import StoreError
from service.store.events import Choice, UnknownCursorError
from service.web.adds import PathVariable
from service.web.caller_present import CallerPresent
from service.web.json_response import JsonResponse
from service.web.operation import Operation
from service.web.operator_change import (
    OF_CHANGES,
    ChangeDocument,
    Reasoned,
    Wish,
    change_answer,
    change_made,
    change_operation,
    operator_in,
    refusals_told,
)
from service.web.problems import (
    CONFLICT,
    CONTRADICTORY,
    CONTROL_STORE_AWAY,
    EVENT_QUEUE_AWAY,
    NOT_FOUND,
    UNKNOWN_CURSOR,
    ProblemError,
)

AT_ONCE = 100  # messages that one request moves, discards or lists at most
DISCARDING = 10.0  # seconds for which a discarding is under way at most

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
Ids = Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=AT_ONCE)]


class DeadLetterQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which dead letters, and after which cursor."""

    agent: str | None = None
    topic: str | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=AT_ONCE)] = 50
    after: str | None = None


class DeadLetterDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A message that was given up. Instants are Unix seconds; `died_at` is null where it is not known."""

    id: str
    agent: str
    topic: str
    document_id: str
    request_id: str
    published_at: float
    died_at: float | None
    attempts: int
    reason: str


class DeadLetters(msgspec.Struct, frozen=True, kw_only=True):
    """Some dead letters; `next` is the cursor of the following ones, null where there are none."""

    dead_letters: list[DeadLetterDocument]
    next: str | None


class RedriveWish(Reasoned, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step of a redrive: the first one sets `rate` (messages a second) and `maximum`, the others name `redrive`."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=AT_ONCE)] = AT_ONCE
    topic: str | None = None
    ids: Ids | None = None
    rate: Annotated[float, msgspec.Meta(gt=0, le=10_000)] = 50.0
    maximum: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 1000
    redrive: Id | None = None


class StopWish(Wish, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The end of a redrive."""

    on: bool


class DiscardWish(Reasoned, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which dead letters are to go for good."""

    ids: Ids


class Discarded(msgspec.Struct, frozen=True, kw_only=True):
    """What was discarded, or would be, and what was not there."""

    discarded: list[str]
    missing: list[str]


class DeadLetterRoutes:
    """What operators may do with the messages that were given up."""

    def __init__(self, queue: EventQueue, operations: Operations) -> None:
        self._queue = queue
        self._operations = operations
        self._redrives = Redrives(operations, queue)

    def operator_routes(self, operator: Middleware) -> list[Operation]:
        """For operators, whom the middleware `operator` lets pass."""
        parts = {"id": PathVariable(meaning="The agent.", example=self._queue.agents[0])}
        changes = (
            ("POST", "redrive", self.redrive, "redrive_dead_letters", (EVENT_QUEUE_AWAY,)),
            ("PUT", "redrive", self.stop, "stop_redrive", ()),
            ("POST", "discard", self.discard, "discard_dead_letters", (EVENT_QUEUE_AWAY,)),
        )
        return [
            Operation(
                "GET",
                "/api/ops/dead-letters",
                self.show,
                name="list_dead_letters",
                problems=(NOT_FOUND, UNKNOWN_CURSOR, EVENT_QUEUE_AWAY),
                middleware=[operator, Middleware(CallerPresent)],
            ),
            *(
                change_operation(
                    method,
                    f"/api/ops/agents/{{id}}/{verb}",
                    handler,
                    operator,
                    name=name,
                    parts=parts,
                    problems=(*OF_CHANGES, NOT_FOUND, *problems),
                )
                for method, verb, handler, name, problems in changes
            ),
        ]

    async def show(self, _: Request, query: DeadLetterQuery) -> JsonResponse[DeadLetters]:
        """List messages that were given up, each with the reason."""
        if query.agent is not None:
            self._known(query.agent)
        try:
            page = await self._queue.dead_letters(
                agent=query.agent, topic=query.topic, limit=query.limit, after=query.after
            )
        except UnknownCursorError as error:
            raise ProblemError(UNKNOWN_CURSOR, str(error)) from error
        except StoreError as error:
            raise ProblemError(EVENT_QUEUE_AWAY, "nothing was changed") from error
        return JsonResponse(msgspec.convert(page, DeadLetters, from_attributes=True))

    async def redrive(self, request: Request, body: RedriveWish) -> JsonResponse[RedriveStep]:
        """Take a step of moving an agent's dead letters back into its queue.

        The first step, with `redrive` null, sets the terms; the following ones name the redrive that it answers.
        Whoever wants it asks for step after step until one is `done`; anyone may stop it in between.
        """
        agent, by = self._known(request.path_params["id"]), operator_in(request)
        try:
            with refusals_told(redrive_key(agent)):
                return JsonResponse(await self._step(agent, body, by))
        except RedriveConflictError as error:
            raise ProblemError(CONFLICT, str(error), current=error.current) from error
        except RedriveUnknownError as error:
            raise ProblemError(CONTROL_STORE_AWAY, "no message was moved") from error
        except QueueAwayError as error:
            raise ProblemError(EVENT_QUEUE_AWAY, "list the dead letters before the next try") from error

    async def stop(self, request: Request, body: StopWish) -> JsonResponse[ChangeDocument]:
        """End a redrive, whoever drives it."""
        key = redrive_key(self._known(request.path_params["id"]))
        by = operator_in(request)
        if body.on:
            told = "on is true; expected false, since a redrive begins with its first step (POST)"
            raise ProblemError(CONTRADICTORY, told)
        entry = self._operations.entry(key)
        settings = {} if entry is None else entry.settings
        change = Change(on=False, by=by, reason=body.reason, action="redrive stopped", settings=settings)
        return change_answer(key, await change_made(self._operations, key, change, body), body)

    async def discard(self, request: Request, body: DiscardWish) -> JsonResponse[Discarded]:
        """Remove dead letters for good.

        Who wanted it, and of which ones, is written down first.
        """
        agent = self._known(request.path_params["id"])
        change = Change(
            on=True,
            by=operator_in(request),
            reason=f"{body.reason}; ids: {', '.join(body.ids)}",
            action=f"discard {len(body.ids)}",
            ttl=DISCARDING,
        )
        await change_made(self._operations, discard_key(agent), change, body)
        try:
            gone = await self._queue.discard(agent, body.ids, dry_run=body.dry_run)
        except StoreError as error:
            raise ProblemError(EVENT_QUEUE_AWAY, "list the dead letters before the next try") from error
        return JsonResponse(Discarded(discarded=gone, missing=sorted(set(body.ids) - set(gone))))

    async def _step(self, agent: str, wish: RedriveWish, by: str) -> RedriveStep:
        choice, limit = Choice(topic=wish.topic, ids=wish.ids), wish.limit
        if wish.dry_run:
            return await self._redrives.would_move(agent, choice, limit=limit, rate=wish.rate, maximum=wish.maximum)
        if wish.redrive is not None:
            return await self._redrives.go_on(agent, choice, wish.redrive, limit=limit)
        return await self._redrives.begin(
            agent, choice, by=by, reason=wish.reason, limit=limit, rate=wish.rate, maximum=wish.maximum
        )

    def _known(self, agent: str) -> str:
        if agent not in self._queue.agents:
            raise ProblemError(NOT_FOUND, f"there is no such agent; expected one of: {', '.join(self._queue.agents)}")
        return agent
