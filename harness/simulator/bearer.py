"""Who may use a port that can be reached from elsewhere."""

import hmac

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send


class OnlyWithToken:
    """Passes a request on that carries the bearer token, compared in constant time; answers `refusal` to any other."""

    def __init__(self, app: ASGIApp, *, token: str, refusal: Response) -> None:
        self._app = app
        self._token = token.encode("ascii")
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an ASGI application."""
        given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        scheme, _, token = given.partition(b" ")
        equal = hmac.compare_digest(token, self._token)
        await (self._app if equal and scheme.lower() == b"bearer" else self._refusal)(scope, receive, send)
