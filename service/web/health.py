"""Health: `/health/live` depends on nothing, `/health/startup` on the startup graph, `/health` shows all."""

from enum import StrEnum

import msgspec
from starlette.requests import Request

from service.dependencies.startup import NodeReport, Startup
from service.fleet.control_copy import ControlCopy
from service.reliability.breaker_states import BreakerState
from service.reliability.startup_graph import NodeStatus
from service.web.breaker_reports import BreakerDocument, BreakerReports
from service.web.gate_routes import GateDocument, GateRoutes
from service.web.json_response import JsonResponse
from service.web.operation import Operation


class Health(StrEnum):
    """How well the instance is."""

    OK = "ok"
    DEGRADED = "degraded"  # it serves, some of it from a fallback or not at all


class Live(msgspec.Struct, frozen=True):
    """The answer of `/health/live`: that there is one is the message."""

    status: Health = Health.OK


class StartupDocument(msgspec.Struct, frozen=True):
    """How the start went: the answer of `/health/startup` and of `startup-dag`."""

    status: Health
    nodes: list[NodeReport]


class ControlCopyDocument(msgspec.Struct, frozen=True):
    """This instance's copy of what operators and rollouts say; stale: the store does not answer, and it serves on."""

    stale: bool
    age: float | None  # seconds
    problem: str


class Overall(msgspec.Struct, frozen=True):
    """The answer of `/health`."""

    status: Health
    startup: list[NodeReport]
    circuit_breakers: list[BreakerDocument]
    health_gates: list[GateDocument]
    control_copy: ControlCopyDocument | None  # null without the reliability system


class HealthRoutes:
    """Answers about the instance's health; none of them asks a dependency."""

    def __init__(self, startup: Startup, breakers: BreakerReports, gates: GateRoutes, copy: ControlCopy | None) -> None:
        self._startup = startup
        self._breakers = breakers
        self._gates = gates
        self._copy = copy

    def routes(self) -> list[Operation]:
        """The routes of health."""
        return [
            Operation("GET", "/health/live", self.live, name="show_liveness"),
            Operation("GET", "/health/startup", self.startup, name="show_startup"),
            Operation("GET", "/health", self.overall, name="show_health"),
            Operation("GET", "/api/observability/startup-dag", self.startup, name="show_startup_graph"),
        ]

    async def live(self, _: Request) -> JsonResponse[Live]:
        """Show that the process serves requests.

        It depends on nothing.
        """
        return JsonResponse(Live())

    async def startup(self, _: Request) -> JsonResponse[StartupDocument]:
        """Show how the start went.

        It is over: the service listens only then, and not after a critical node failed.
        """
        nodes = self._startup.report()
        degraded = any(node.status is NodeStatus.DEGRADED for node in nodes)
        return JsonResponse(StartupDocument(Health.DEGRADED if degraded else Health.OK, nodes))

    async def overall(self, _: Request) -> JsonResponse[Overall]:
        """Show startup, circuit breakers and health gates at once."""
        nodes = self._startup.report()
        breakers, gates = self._breakers.documents(), self._gates.document().health_gates
        return JsonResponse(Overall(self.status(), nodes, breakers, gates, self._control_copy()))

    def status(self) -> Health:
        """The present in a word: what was away at the start may be back since."""
        closed = all(each.state is BreakerState.CLOSED for each in self._breakers.documents())
        ready = all(each.ready for each in self._gates.document().health_gates)
        copy = self._control_copy()
        stale = copy is not None and copy.stale
        return Health.OK if closed and ready and not stale else Health.DEGRADED

    def _control_copy(self) -> ControlCopyDocument | None:
        if self._copy is None:
            return None
        return ControlCopyDocument(bool(self._copy.failure), self._copy.age, self._copy.failure)
