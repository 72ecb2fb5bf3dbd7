"""Bearer tokens."""

import hmac

from starlette.types import ASGIApp, Receive, Scope, Send

from service.web.adds import Adds, Role
from service.web.problems import UNAUTHORIZED, ProblemError


def token_in(scope: Scope) -> bytes | None:
    """The bearer token of a request; None when it carries none."""
    given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
    scheme, _, token = given.partition(b" ")
    return token or None if scheme.lower() == b"bearer" else None


class Bearer:
    """The middleware of a route: lets a request pass that carries the internal token, compared in constant time."""

    adds = Adds(problems=(UNAUTHORIZED,), needs=(Role.INTERNAL,))

    def __init__(self, app: ASGIApp, *, token: str) -> None:
        self._app = app
        self._expected = token.encode("ascii")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an ASGI application."""
        if not hmac.compare_digest(token_in(scope) or b"", self._expected):
            raise ProblemError(UNAUTHORIZED, "the Authorization header does not carry the token that is good here")
        await self._app(scope, receive, send)
