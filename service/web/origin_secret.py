"""Lets only those requests pass that came through the edge, which alone knows a secret."""

import hmac
from collections.abc import Sequence

from starlette.types import ASGIApp, Receive, Scope, Send

from service.web.adds import Adds
from service.web.problems import NOT_THROUGH_THE_EDGE, answer_problem

HEADER = b"x-origin-secret"

OPEN_TO_THE_PLATFORM = "/health/live"
"""The platform asks it directly, and it tells nothing."""

WITH_TOKENS_OF_THEIR_OWN = "/internal/"
"""What pushes events comes directly too."""


def _asked_directly(path: str) -> bool:
    return path == OPEN_TO_THE_PLATFORM or path.startswith(WITH_TOKENS_OF_THEIR_OWN)


class OriginSecret:
    """Refuses what does not carry one of the secrets, compared in constant time. Two are good during a rotation."""

    adds = Adds(problems=(NOT_THROUGH_THE_EDGE,), covers=lambda path: not _asked_directly(path))

    def __init__(self, app: ASGIApp, *, secrets: Sequence[str]) -> None:
        self._app = app
        self._expected = [secret.encode("ascii") for secret in secrets]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an ASGI application."""
        if scope["type"] == "http" and not _asked_directly(scope["path"]):
            given = next((value for name, value in scope["headers"] if name == HEADER), b"")
            equal = [hmac.compare_digest(given, expected) for expected in self._expected]
            if not any(equal):
                detail = "ask at the address of the distribution"
                await answer_problem(scope, receive, send, NOT_THROUGH_THE_EDGE, detail)
                return
        await self._app(scope, receive, send)
