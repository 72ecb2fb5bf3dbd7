"""Turns requests away while an operator wants them turned away."""

import time
from collections.abc import Awaitable, Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from service.fleet.operations import Operations
from service.web.problems import Kind, ProblemError

RETRY_AFTER = 5.0
"""Seconds after which it is worth another try: an operator may take a thing back at any time."""


class TurnedAway:
    """The middleware of a route: no request passes while the entry `key` is in force."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        operations: Operations,
        key: str,
        kind: Kind,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._app = app
        self._operations = operations
        self._key = key
        self._kind = kind
        self._now = wall_clock

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """As an ASGI application."""
        entry = self._operations.in_force(self._key)
        if entry is None:
            return self._app(scope, receive, send)
        left = RETRY_AFTER if entry.until is None else entry.until - self._now()
        raise ProblemError(self._kind, f"{self._key} is on", retry_after=min(RETRY_AFTER, left))
