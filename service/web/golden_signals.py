"""Counts each request by its route template, and shows what was counted."""

import time
from collections.abc import Awaitable, Iterable, Mapping
from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.fleet.fleet_signals import FleetSignals, Heard
from service.reliability.golden_signals import UNMATCHED, GoldenFigures, GoldenSignals, RouteFigures, RouteSignals
from service.watchdogs.loop_delay import LoopDelay
from service.web.adds import Adds
from service.web.fleet_scope import ScopeQuery, Whose
from service.web.json_response import JsonResponse
from service.web.operation import Operation
from service.web.problems import COUNT_BOARD_AWAY, INTERNAL, NOT_FOUND, ProblemError, problem_in


def count_each(routes: Iterable[BaseRoute], signals: GoldenSignals) -> None:
    """Give each route its own figures; what is not among them counts as unmatched."""
    for route in routes:
        signals.declare(template_of(route), time.monotonic())


def template_of(route: BaseRoute) -> str:
    """The name under which a route's requests are counted: `GET /api/documents/{id}`."""
    if not isinstance(route, Route) or not route.methods:
        return UNMATCHED
    return f"{'/'.join(sorted(route.methods - {'HEAD'}))} {route.path}"


class CountRequests:
    """Every request adds to the figures of its route. One that its caller abandoned is neither success nor failure.

    `loop_delay` is told when the first request comes and when the last one goes.
    """

    adds = Adds()

    def __init__(
        self,
        app: ASGIApp,
        *,
        signals: GoldenSignals,
        loop_delay: LoopDelay,
    ) -> None:
        self._app = app
        self._signals = signals
        self._loop_delay = loop_delay
        self._by_route: dict[int, RouteSignals] = {}  # a route cannot be hashed; it lives as long as the app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an ASGI application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, problem = 0, ""

        def send_noting_status(message: Message) -> Awaitable[None]:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            return send(message)

        signals = self._signals
        signals.in_flight += 1
        if signals.in_flight == 1:
            self._loop_delay.began()
        started = time.monotonic()
        try:
            await self._app(scope, receive, send_noting_status)
        except Exception:
            status, problem = 500, INTERNAL.slug  # answered further out
            raise
        finally:
            signals.in_flight -= 1
            if not signals.in_flight:
                self._loop_delay.ended()
            if status:
                now = time.monotonic()
                route = scope.get("route")
                counters = self._by_route.get(id(route)) or self._first_seen(route)
                counters.record(status, now - started, now, problem or problem_in(scope))

    def _first_seen(self, route: BaseRoute | None) -> RouteSignals:
        template = UNMATCHED if route is None else template_of(route)
        self._by_route[id(route)] = self._signals.routes[template]
        return self._by_route[id(route)]


class SignalsQuery(ScopeQuery, frozen=True):
    """Whose figures are wanted; those of this instance where nobody says."""

    instance: Annotated[str, msgspec.Meta(description="With `scope=fleet`: of this one alone.", max_length=64)] = ""


class FleetSignalsDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of all instances that were heard of lately, as if one had served everything."""

    now: Annotated[float, msgspec.Meta(description="Unix seconds, by the clock of the instance that answers.")]
    problem: Annotated[str, msgspec.Meta(description="Why this is not the whole; empty when it is.")]
    instances: list[Heard]
    routes: Mapping[str, RouteFigures]
    in_flight: int
    open_connections: int


def golden_signals_routes(signals: GoldenSignals, fleet: FleetSignals) -> list[Operation]:
    """`GET /api/observability/golden-signals?scope=instance|fleet`."""

    async def show(_: Request, query: SignalsQuery) -> JsonResponse[GoldenFigures | FleetSignalsDocument]:
        """Show traffic, errors, latency and saturation, for each route since the start.

        Those of the fleet are the sum over all instances that were heard of lately; this one alone when the count board
        does not answer.
        """
        if query.scope is Whose.INSTANCE:
            return JsonResponse(signals.figures(time.monotonic()))
        found = await fleet.figures(query.instance)
        if not found.instances and found.problem:
            raise ProblemError(COUNT_BOARD_AWAY, "ask that instance itself, or for scope=instance")
        if not found.instances:
            raise ProblemError(NOT_FOUND, f"no instance {query.instance!r} was heard of in the last 30 s")
        return JsonResponse(
            FleetSignalsDocument(
                now=found.now,
                problem=found.problem,
                instances=found.instances,
                routes=found.figures.routes,
                in_flight=found.figures.in_flight,
                open_connections=found.figures.open_connections,
            )
        )

    return [
        Operation(
            "GET",
            "/api/observability/golden-signals",
            show,
            name="show_golden_signals",
            problems=(NOT_FOUND, COUNT_BOARD_AWAY),
        )
    ]
