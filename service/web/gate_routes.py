"""`GET /api/observability/health-gates` and `/health/ready`."""

import time
from enum import StrEnum
from typing import Annotated

import msgspec
from starlette.requests import Request

from service.dependencies.health_rounds import HealthRounds
from service.fleet.instance_views import InstanceViews
from service.reliability.health_gate import HealthGate
from service.web.fleet_scope import OfAll, OfOne, ScopeQuery, ViewPart, Whose, of_everyone
from service.web.identity import Identity
from service.web.json_response import JsonResponse
from service.web.operation import Operation

SERVICE_UNAVAILABLE = 503


class Readiness(StrEnum):
    """Whether the instance takes requests of the workload."""

    READY = "ready"
    NOT_READY = "not_ready"


class CheckDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A check of a gate."""

    at: Annotated[float, msgspec.Meta(description="Unix seconds at which its round ended.")]
    error: Annotated[str, msgspec.Meta(description="Empty when it passed.")]
    seconds: float


class GateDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A gate at this instant."""

    name: str
    critical: Annotated[bool, msgspec.Meta(description="Whether no request is taken while it is shut.")]
    ready: bool
    consecutive_passes: int
    required: Annotated[int, msgspec.Meta(description="Consecutive passes after which the gate opens.")]
    last_error: Annotated[str, msgspec.Meta(description="Why the last check failed; empty when it passed.")]
    last_seconds: Annotated[float | None, msgspec.Meta(description="How long the last check took.")]
    seconds_in_state: Annotated[
        float | None, msgspec.Meta(description="Since it became ready or was shut; null: neither has happened yet.")
    ]
    recent: Annotated[list[CheckDocument], msgspec.Meta(description="The last ten checks, oldest first.")]


class GatesDocument(OfOne, frozen=True, kw_only=True):
    """The gates of this instance."""

    status: Readiness
    rounds: Annotated[int, msgspec.Meta(description="Rounds of checks since the start.")]
    stale: Annotated[bool, msgspec.Meta(description="Whether the last round is too old to tell of the present.")]
    next_round_in: Annotated[float, msgspec.Meta(description="Seconds; 0: it is due, and begun by whoever comes.")]
    interval: Annotated[float, msgspec.Meta(description="Seconds from a round to the next.")]
    health_gates: list[GateDocument]


class HeardGates(GatesDocument, frozen=True, kw_only=True):
    """The gates of an instance, as it told them."""

    heard_at: float


class FleetGates(OfAll, frozen=True, kw_only=True):
    """The gates of all instances."""

    instances: list[HeardGates]


class GateRoutes:
    """What is shown of the gates. Whoever asks for readiness also sees to it that a round that is due is run."""

    def __init__(
        self,
        rounds: HealthRounds,
        identity: Identity,
        views: InstanceViews,
    ) -> None:
        self._rounds = rounds
        self._identity = identity
        self._views = views

    def routes(self) -> list[Operation]:
        """For everyone, and for viewers."""
        answers = {200: "The instance takes requests.", SERVICE_UNAVAILABLE: "It does not, and says why."}
        return [
            Operation("GET", "/health/ready", self.ready, name="show_readiness", answers=answers),
            Operation("GET", "/api/observability/health-gates", self.show, name="show_health_gates"),
        ]

    def document(self) -> GatesDocument:
        """The gates; looking changes none."""
        gates, now = self._rounds.gates, time.monotonic()
        return GatesDocument(
            instance=self._identity.instance,
            boot_id=self._identity.boot_id,
            status=Readiness.READY if gates.ready else Readiness.NOT_READY,
            rounds=gates.rounds,
            stale=self._rounds.stale(),
            next_round_in=gates.due_in(now),
            interval=gates.interval,
            health_gates=[self._gate(gate, now) for gate in gates.gates.values()],
        )

    def _gate(self, gate: HealthGate, now: float) -> GateDocument:
        wall = time.time()
        return GateDocument(
            name=gate.name,
            critical=gate.critical,
            ready=gate.ready,
            consecutive_passes=gate.consecutive_passes,
            required=gate.passes,
            last_error="" if gate.last is None else gate.last.error,
            last_seconds=None if gate.last is None else gate.last.seconds,
            seconds_in_state=None if gate.since is None else now - gate.since,
            recent=[
                CheckDocument(at=wall - (now - at), error=checked.error, seconds=checked.seconds)
                for at, checked in gate.recent
            ],
        )

    async def ready(self, _: Request) -> JsonResponse[GatesDocument]:
        """Show whether the instance takes requests: whether all critical gates are open."""
        await self._rounds.settled()
        document = self.document()
        return JsonResponse(document, 200 if document.status is Readiness.READY else SERVICE_UNAVAILABLE)

    async def show(self, _: Request, query: ScopeQuery) -> JsonResponse[GatesDocument | FleetGates]:
        """Show the health gates, critical or not, of this instance or of all."""
        if query.scope is Whose.INSTANCE:
            return JsonResponse(self.document())
        of_all, told = await of_everyone(self._views, ViewPart.HEALTH_GATES, HeardGates)
        return JsonResponse(FleetGates(**of_all, instances=told))
