"""The golden signals of this instance: where they are counted, shown and told."""

from collections.abc import Iterable, Sequence

from starlette.middleware import Middleware
from starlette.routing import Route

from service.assembly.dependencies import Dependencies
from service.assembly.fleet import Fleet
from service.assembly.names import EMBEDDED_METRICS, EMBEDDINGS, FLEET_SIGNALS
from service.assembly.watching import Watching
from service.dependencies.guards import Guards
from service.dependencies.startup import Part
from service.web.embedded_metrics import EmbeddedMetrics, into_the_log
from service.web.golden_signals import CountRequests, count_each, golden_signals_routes, template_of
from service.web.health import HealthRoutes
from service.web.identity import Identity
from service.web.metrics import Sources, metrics_routes
from service.web.summary import summary_routes


class Signals:
    """What is counted of each request, and every way to learn of it."""

    def __init__(
        self,
        *,
        identity: Identity,
        guards: Guards,
        dependencies: Dependencies,
        watching: Watching,
        fleet: Fleet,
        workload: Sequence[Route],
    ) -> None:
        self._signals = watching.signals
        self._loop_delay = watching.loop_delay
        self._fleet = fleet.signals(self._signals, identity)
        self._identity = identity
        self._figures = Sources(
            signals=self._signals,
            breakers=guards.breakers,
            latencies=guards.latencies,
            fallbacks=dependencies.fallbacks,
            watchdogs=watching.watchdogs,
            notices=watching.notices,
        )
        self._embedded = EmbeddedMetrics(
            self._figures,
            environment=identity.environment,
            templates=[template_of(route) for route in workload if route.path.startswith("/api/")],
            provider=EMBEDDINGS,
            write=into_the_log,
        )

    def parts(self) -> dict[str, Part]:
        """What is started to tell of them."""
        return {
            FLEET_SIGNALS: Part(start=self._fleet.start, stop=self._fleet.stop),
            EMBEDDED_METRICS: Part(start=self._embedded.start, stop=self._embedded.stop),
        }

    def routes(self, health: HealthRoutes) -> list[Route]:
        """Where they are shown."""
        return [
            *golden_signals_routes(self._signals, self._fleet),
            *metrics_routes(self._figures),
            *summary_routes(self._figures, self._identity, health),
        ]

    def counting(self, routes: Iterable[Route]) -> Middleware:
        """What counts each request, by one of these routes."""
        count_each(routes, self._signals)
        return Middleware(CountRequests, signals=self._signals, loop_delay=self._loop_delay)
