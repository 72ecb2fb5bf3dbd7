"""`GET /api/observability/summary`: the instance in one small document."""

import time
from collections.abc import Mapping

import msgspec
from starlette.requests import Request

from service.dependencies.embeddings import Reason
from service.reliability.breaker_states import BreakerState
from service.reliability.watchdog import WatchdogState
from service.web.health import Health, HealthRoutes
from service.web.identity import Identity
from service.web.json_response import JsonResponse
from service.web.metrics import Sources
from service.web.operation import Operation


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of an instance, since its start."""

    instance: str
    boot_id: str
    uptime_seconds: float
    status: Health
    watchdogs: WatchdogState
    alerting: list[str]  # watchdogs
    warning: list[str]  # watchdogs
    requests: int
    client_errors: int
    server_errors: int
    in_flight: int
    open_connections: int
    fallbacks: Mapping[Reason, int]
    circuit_breakers: dict[str, BreakerState]
    webhook: Mapping[str, int]  # notices, by what has become of them


def summary_routes(sources: Sources, identity: Identity, health: HealthRoutes) -> list[Operation]:
    """The route of the summary."""
    began = time.monotonic()

    async def show(_: Request) -> JsonResponse[Summary]:
        """Show the whole instance in one small document."""
        watched = await sources.watchdogs.look()
        signals = sources.signals
        routes = signals.routes.values()
        return JsonResponse(
            Summary(
                instance=identity.instance,
                boot_id=identity.boot_id,
                uptime_seconds=time.monotonic() - began,
                status=health.status(),
                watchdogs=watched.state,
                alerting=watched.names(WatchdogState.ALERT),
                warning=watched.names(WatchdogState.WARNING),
                requests=sum(route.requests for route in routes),
                client_errors=sum(route.client_errors for route in routes),
                server_errors=sum(route.server_errors for route in routes),
                in_flight=signals.in_flight,
                open_connections=signals.open_connections,
                fallbacks=sources.fallbacks,
                circuit_breakers={name: breaker.snapshot().state for name, breaker in sources.breakers.items()},
                webhook=sources.notices,
            )
        )

    return [Operation("GET", "/api/observability/summary", show, name="show_summary")]
