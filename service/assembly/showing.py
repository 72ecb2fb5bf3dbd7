"""What is shown of this instance, to whoever asks it and to the other instances."""

from starlette.routing import Route

from service.assembly.dependencies import Dependencies
from service.assembly.fleet import Fleet
from service.assembly.watching import Watching
from service.dependencies.guards import Guards
from service.dependencies.health_rounds import HealthRounds
from service.web.breaker_reports import BreakerReports
from service.web.fleet_scope import ViewPart
from service.web.gate_routes import GateRoutes
from service.web.identity import Identity
from service.web.journal import Journal
from service.web.journal_routes import JournalRoutes
from service.web.watchdogs import WatchdogsRoutes


class Showing:
    """Breakers, gates, watchdogs and journal: of this instance, and of the fleet by what the others told."""

    def __init__(
        self,
        *,
        identity: Identity,
        journal: Journal,
        guards: Guards,
        dependencies: Dependencies,
        rounds: HealthRounds,
        watching: Watching,
        fleet: Fleet,
    ) -> None:
        views = fleet.views
        self.breakers = BreakerReports(
            guards.breakers, fleet.operations, journal, identity, views, fallbacks=dependencies.fallbacks
        )
        self.gates = GateRoutes(rounds, identity, views)
        self._watchdogs = WatchdogsRoutes(watching.watchdogs, identity, views)
        self._journal = JournalRoutes(journal, identity, views)
        views.parts = {
            ViewPart.CIRCUIT_BREAKERS: self.breakers.view,
            ViewPart.HEALTH_GATES: self.gates.document,
            ViewPart.WATCHDOGS: self._watchdogs.view,
            ViewPart.EVENTS: self._journal.newest,
        }

    def routes(self) -> list[Route]:
        """For viewers; readiness is for everyone."""
        return [
            *self._journal.routes(),
            *self.breakers.routes(),
            *self._watchdogs.routes(),
            *self.gates.routes(),
        ]
