"""What operators may do, and where it takes hold on this instance."""

from starlette.routing import Route

from service.assembly.dependencies import Dependencies
from service.assembly.fleet import Fleet
from service.assembly.levers import Levers
from service.dependencies.guards import Guards
from service.dependencies.isolation import Isolation
from service.web.access import Access
from service.web.audit_routes import audit_routes
from service.web.breaker_reports import BreakerReports
from service.web.breaker_routes import BreakerRoutes
from service.web.dead_letter_routes import DeadLetterRoutes
from service.web.fault_routes import FaultRoutes
from service.web.faults import Faults, OwnFaults, SharedFaults
from service.web.instance_routes import instance_routes
from service.web.journal import Journal


class Operators:
    """The operator API. Without the reliability system there are faults alone, and they are this instance's own."""

    def __init__(
        self,
        guards: Guards,
        fleet: Fleet,
        levers: Levers,
        reports: BreakerReports,
        journal: Journal,
        *,
        reliability: bool,
    ) -> None:
        self._fleet = fleet
        self._levers = levers
        self._reliability = reliability
        self._breakers = BreakerRoutes(guards.breakers, fleet.operations, reports)
        self._faults = FaultRoutes(guards.injectors, self._obeyed(guards, journal), guards.attempts)

    def routes(self, access: Access, dependencies: Dependencies) -> list[Route]:
        """For those whom `access` lets pass."""
        operator, fleet = access.operator, self._fleet
        routes: list[Route] = [*self._faults.operator_routes(operator)]
        if self._reliability:
            routes += self._breakers.operator_routes(operator)
            routes += fleet.routes.operator_routes(operator)
            routes += self._levers.routes.operator_routes(operator)
            routes += self._levers.flag_routes.operator_routes(operator)
            routes += DeadLetterRoutes(dependencies.queue, fleet.operations).operator_routes(operator)
            routes += audit_routes(fleet.audit, access.viewer)
            routes += instance_routes(fleet.instances, fleet.copy, fleet.documents, access.viewer)
        return routes

    def _obeyed(self, guards: Guards, journal: Journal) -> Faults:
        """Has breakers and faults follow what is set for every instance."""
        if not self._reliability:
            return OwnFaults(guards.injectors, journal)
        operations, copy = self._fleet.operations, self._fleet.copy
        isolation = Isolation(guards.breakers, operations.in_force)
        operations.listen(isolation.changed)
        copy.listen(isolation.end)
        faults = SharedFaults(guards.injectors, operations, copy, journal)
        operations.listen(faults.changed)
        return faults
