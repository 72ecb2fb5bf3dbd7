"""Bearer tokens."""

import hmac
from collections.abc import Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

from service.web.adds import Adds, Token
from service.web.problems import UNAUTHORIZED, ProblemError


class Bearer:
    """The middleware of a route: lets a request pass that carries one of the tokens, compared in constant time."""

    adds = Adds(problems=(UNAUTHORIZED,), token=Token.NEEDED)

    def __init__(self, app: ASGIApp, *, tokens: Iterable[str]) -> None:
        self._app = app
        self._expected = [token.encode("ascii") for token in tokens]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an ASGI application."""
        given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        scheme, _, token = given.partition(b" ")
        equal = [hmac.compare_digest(token, expected) for expected in self._expected]
        if scheme.lower() != b"bearer" or not any(equal):
            raise ProblemError(UNAUTHORIZED, "the Authorization header does not carry a token that is good here")
        await self._app(scope, receive, send)
