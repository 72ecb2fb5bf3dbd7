"""Turns requests away while an operator wants them turned away."""

import time
from collections.abc import Awaitable, Callable
from typing import ClassVar

from starlette.types import ASGIApp, Receive, Scope, Send

from service.fleet.operations import Operations
from service.web.adds import Adds
from service.web.problems import QUARANTINED, SAFE_MODE, WRITE_DRAIN, Kind, ProblemError

RETRY_AFTER = 5.0
"""Seconds after which it is worth another try: an operator may take a thing back at any time."""


class TurnedAway:
    """The middleware of a route: no request passes while the entry `key` is in force."""

    kind: ClassVar[Kind]

    def __init__(
        self, app: ASGIApp, *, operations: Operations, key: str, wall_clock: Callable[[], float] = time.time
    ) -> None:
        self._app = app
        self._operations = operations
        self._key = key
        self._now = wall_clock

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """As an ASGI application."""
        entry = self._operations.in_force(self._key)
        if entry is None:
            return self._app(scope, receive, send)
        left = RETRY_AFTER if entry.until is None else entry.until - self._now()
        raise ProblemError(self.kind, f"{self._key} is on", retry_after=min(RETRY_AFTER, left))


class WritesDrained(TurnedAway):
    """Of a route that writes."""

    kind = WRITE_DRAIN
    adds = Adds(problems=(WRITE_DRAIN,))


class KeptInside(TurnedAway):
    """Of a route that cannot do without what is outside."""

    kind = SAFE_MODE
    adds = Adds(problems=(SAFE_MODE,))


class AgentHeld(TurnedAway):
    """Of a route on which an agent is pushed its messages."""

    kind = QUARANTINED
    adds = Adds(problems=(QUARANTINED,))
