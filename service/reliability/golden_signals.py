"""Traffic, errors, latency and saturation of the requests served, for each route template."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from service.reliability.latency_window import LatencyWindow

UNMATCHED = "unmatched"
"""The template of what no route took. Paths are the caller's to invent; templates are ours, and few."""

_MINUTE = 60.0
_FIRST_ERROR_STATUS = 400
_FIRST_SERVER_ERROR_STATUS = 500
_SHED_STATUS = 503


@dataclass(frozen=True, kw_only=True)
class LatencyFigures:
    """Seconds; the quantiles are of the last minute at most, None when it held no request."""

    count: int  # since the start
    p50: float | None
    p95: float | None
    p99: float | None


@dataclass(frozen=True, kw_only=True)
class RouteFigures:
    """What one route has served since the start."""

    requests: int
    client_errors: int  # 4xx
    server_errors: int  # 5xx
    shed: int  # of these, 503: turned away on purpose
    problems: Mapping[str, int] = field(default_factory=dict)  # 4xx and 5xx by the kind of problem that was answered
    success: LatencyFigures  # answers below 400
    failure: LatencyFigures  # the others: a quick refusal must not make the service look fast


@dataclass(frozen=True, kw_only=True)
class GoldenFigures:
    """All routes at one instant, and how busy the instance is."""

    routes: Mapping[str, RouteFigures]
    in_flight: int  # requests
    open_connections: int


class RouteSignals:
    """The counters of one route."""

    __slots__ = ("client_errors", "failure", "problems", "server_errors", "shed", "success")

    def __init__(self, now: float) -> None:
        self.client_errors = 0
        self.server_errors = 0
        self.shed = 0
        self.problems: dict[str, int] = {}
        self.success = LatencyWindow(now, duration=_MINUTE)
        self.failure = LatencyWindow(now, duration=_MINUTE)

    @property
    def requests(self) -> int:
        """How many were answered since the start."""
        return self.success.total.count + self.failure.total.count

    def record(self, status: int, seconds: float, now: float, problem: str = "") -> None:
        """Count a request that was answered now; `problem` is the kind that it was answered, of which there are few."""
        if status < _FIRST_ERROR_STATUS:
            self.success.record(seconds, now)
            return
        self.failure.record(seconds, now)
        if problem:
            self.problems[problem] = self.problems.get(problem, 0) + 1
        if status < _FIRST_SERVER_ERROR_STATUS:
            self.client_errors += 1
        else:
            self.server_errors += 1
            self.shed += status == _SHED_STATUS

    def figures(self, now: float) -> RouteFigures:
        """The counters at this instant."""
        success, failure = _latency_figures(self.success, now), _latency_figures(self.failure, now)
        return RouteFigures(
            requests=success.count + failure.count,
            client_errors=self.client_errors,
            server_errors=self.server_errors,
            shed=self.shed,
            problems=dict(self.problems),
            success=success,
            failure=failure,
        )


class GoldenSignals:
    """The counters of every route, by template, and of what is in progress.

    The middleware adds to and takes from `in_flight`; the server is asked for its `open_connections` when figures are.
    Templates are declared before the first request, so that memory is bounded whatever is requested.
    """

    def __init__(self, *, now: float, open_connections: Callable[[], int]) -> None:
        self.in_flight = 0
        self._open_connections = open_connections
        self._routes: dict[str, RouteSignals] = {}
        self.declare(UNMATCHED, now)

    @property
    def routes(self) -> Mapping[str, RouteSignals]:
        """The counters of each template that was declared."""
        return self._routes

    @property
    def open_connections(self) -> int:
        """The connections of callers at this instant."""
        return self._open_connections()

    def declare(self, template: str, now: float) -> None:
        """Count the requests of this template apart from now on; again for the same one changes nothing."""
        self._routes.setdefault(template, RouteSignals(now))

    def figures(self, now: float) -> GoldenFigures:
        """All counters at this instant."""
        return GoldenFigures(
            routes={template: signals.figures(now) for template, signals in self.routes.items()},
            in_flight=self.in_flight,
            open_connections=self.open_connections,
        )


def _latency_figures(window: LatencyWindow, now: float) -> LatencyFigures:
    recent = window.recent(now)
    return LatencyFigures(
        count=window.total.count, p50=recent.quantile(0.5), p95=recent.quantile(0.95), p99=recent.quantile(0.99)
    )
