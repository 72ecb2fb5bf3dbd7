"""Lets no request in on a control copy that is too old, as long as the store answers."""

from collections.abc import Awaitable

from starlette.types import ASGIApp, Receive, Scope, Send

from service.fleet.control_copy import ControlCopy
from service.web.adds import Adds


class ControlFresh:
    """The middleware of a route of the workload. Where the store does not answer, the last good copy has to do."""

    adds = Adds()

    def __init__(self, app: ASGIApp, *, copy: ControlCopy) -> None:
        self._app = app
        self._copy = copy

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """As an ASGI application."""
        if self._copy.is_young:
            return self._app(scope, receive, send)
        return self._once_fresh(scope, receive, send)

    async def _once_fresh(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._copy.fresh()
        await self._app(scope, receive, send)
