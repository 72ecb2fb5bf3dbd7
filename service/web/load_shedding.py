"""Turns requests away while the instance is not ready for them."""

from starlette.types import ASGIApp, Receive, Scope, Send

from service.dependencies.health_rounds import HealthRounds
from service.web.problems import NOT_READY, ProblemError


class LoadShedding:
    """The middleware of a route of the workload: no request passes while a critical gate is shut."""

    def __init__(self, app: ASGIApp, *, rounds: HealthRounds) -> None:
        self._app = app
        self._rounds = rounds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an ASGI application."""
        gates = self._rounds.gates
        await self._rounds.settled()
        if not gates.ready:
            shut = ", ".join(gate.name for gate in gates.shut())
            raise ProblemError(NOT_READY, f"not ready: {shut}", retry_after=gates.retry_after())
        await self._app(scope, receive, send)
