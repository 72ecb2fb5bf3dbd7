"""The golden signals: of one instance, or of all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ops.target.fields import Fields

NOT_OF_CALLERS = ("/api/observability/", "/api/ops/")


@dataclass(frozen=True, kw_only=True)
class Quantiles:
    """How long the answers of the last minute took, in seconds; None where there were none."""

    p50: float | None
    p95: float | None
    p99: float | None


@dataclass(frozen=True, kw_only=True)
class Route:
    """What one route has served since the start."""

    requests: int
    client_errors: int
    server_errors: int
    shed: int
    success: Quantiles

    @property
    def failed(self) -> int:
        """Answers of 5xx that nobody meant to give."""
        return self.server_errors - self.shed


@dataclass(frozen=True, kw_only=True)
class Signals:
    """Routes by name (`GET /api/documents/{id}`), those of callers alone, and how busy the service is."""

    routes: Mapping[str, Route]
    in_flight: int
    open_connections: int
    instances: int  # of whom this is the sum

    @classmethod
    def of(cls, fields: Fields) -> "Signals":
        """The signals that an answer tells."""
        routes = {name: _route(each) for name, each in fields.named("routes").items() if _of_callers(name)}
        return cls(
            routes=routes,
            in_flight=fields.count("in_flight"),
            open_connections=fields.count("open_connections"),
            instances=len(fields.each("instances")) or 1,
        )

    def total(self, figure: Callable[[Route], int]) -> int:
        """A count of all routes."""
        return sum(figure(route) for route in self.routes.values())

    @property
    def slowest(self) -> tuple[str, Quantiles] | None:
        """The route with the longest p99, of those that had an answer in the last minute."""
        told = [(name, route.success) for name, route in self.routes.items() if route.success.p99 is not None]
        return max(told, key=lambda each: each[1].p99 or 0.0, default=None)


def _route(fields: Fields) -> Route:
    success = fields.inner("success")
    return Route(
        requests=fields.count("requests"),
        client_errors=fields.count("client_errors"),
        server_errors=fields.count("server_errors"),
        shed=fields.count("shed"),
        success=Quantiles(p50=success.number("p50"), p95=success.number("p95"), p99=success.number("p99")),
    )


def _of_callers(name: str) -> bool:
    path = name.partition(" ")[2]
    return path.startswith("/api/") and not path.startswith(NOT_OF_CALLERS)
