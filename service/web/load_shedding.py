"""Turns requests away while the instance is not ready for them."""

from collections.abc import Awaitable

from starlette.types import ASGIApp, Receive, Scope, Send

from service.dependencies.health_rounds import HealthRounds
from service.web.adds import Adds
from service.web.problems import NOT_READY, ProblemError


class LoadShedding:
    """The middleware of a route of the workload: no request passes while a critical gate is shut."""

    adds = Adds(problems=(NOT_READY,))

    def __init__(self, app: ASGIApp, *, rounds: HealthRounds) -> None:
        self._app = app
        self._rounds = rounds

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """As an ASGI application."""
        if self._rounds.gates.ready and self._rounds.current():
            return self._app(scope, receive, send)
        return self._once_settled(scope, receive, send)

    async def _once_settled(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._rounds.settled()
        gates = self._rounds.gates
        if not gates.ready:
            shut = ", ".join(gate.name for gate in gates.shut())
            raise ProblemError(NOT_READY, f"not ready: {shut}", retry_after=gates.retry_after())
        await self._app(scope, receive, send)
