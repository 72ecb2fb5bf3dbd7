"""`GET /api/observability/health-gates` and `/health/ready`."""

from enum import StrEnum
from typing import Annotated

import msgspec
from starlette.requests import Request

from service.dependencies.health_rounds import HealthRounds
from service.web.json_response import JsonResponse
from service.web.operation import Operation

SERVICE_UNAVAILABLE = 503


class Readiness(StrEnum):
    """Whether the instance takes requests of the workload."""

    READY = "ready"
    NOT_READY = "not_ready"


class GateDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A gate at this instant."""

    name: str
    critical: Annotated[bool, msgspec.Meta(description="Whether no request is taken while it is shut.")]
    ready: bool
    consecutive_passes: int
    required: Annotated[int, msgspec.Meta(description="Consecutive passes after which the gate opens.")]
    last_error: Annotated[str, msgspec.Meta(description="Why the last check failed; empty when it passed.")]
    last_seconds: Annotated[float | None, msgspec.Meta(description="How long the last check took.")]


class GatesDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The gates of this instance."""

    status: Readiness
    rounds: Annotated[int, msgspec.Meta(description="Rounds of checks since the start.")]
    stale: Annotated[bool, msgspec.Meta(description="Whether the last round is too old to tell of the present.")]
    health_gates: list[GateDocument]


class GateRoutes:
    """What is shown of the gates. Whoever asks for readiness also sees to it that a round that is due is run."""

    def __init__(self, rounds: HealthRounds) -> None:
        self._rounds = rounds

    def routes(self) -> list[Operation]:
        """For everyone, and for viewers."""
        answers = {200: "The instance takes requests.", SERVICE_UNAVAILABLE: "It does not, and says why."}
        return [
            Operation("GET", "/health/ready", self.ready, name="show_readiness", answers=answers),
            Operation("GET", "/api/observability/health-gates", self.show, name="show_health_gates"),
        ]

    def document(self) -> GatesDocument:
        """The gates; looking changes none."""
        gates = self._rounds.gates
        return GatesDocument(
            status=Readiness.READY if gates.ready else Readiness.NOT_READY,
            rounds=gates.rounds,
            stale=self._rounds.stale(),
            health_gates=[
                GateDocument(
                    name=gate.name,
                    critical=gate.critical,
                    ready=gate.ready,
                    consecutive_passes=gate.consecutive_passes,
                    required=gate.passes,
                    last_error="" if gate.last is None else gate.last.error,
                    last_seconds=None if gate.last is None else gate.last.seconds,
                )
                for gate in gates.gates.values()
            ],
        )

    async def ready(self, _: Request) -> JsonResponse[GatesDocument]:
        """Show whether the instance takes requests: whether all critical gates are open."""
        await self._rounds.settled()
        document = self.document()
        return JsonResponse(document, 200 if document.status is Readiness.READY else SERVICE_UNAVAILABLE)

    async def show(self, _: Request) -> JsonResponse[GatesDocument]:
        """Show the health gates, critical or not."""
        return JsonResponse(self.document())
