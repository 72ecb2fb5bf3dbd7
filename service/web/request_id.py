"""Gives each request an id, and each answer that id and the instance's."""

import re
import secrets
from collections.abc import Awaitable, Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.web.adds import Adds, Header

HEADER = b"x-request-id"
SCOPE_KEY = "ballast.ids"
_ACCEPTED = re.compile(rb"[A-Za-z0-9._-]{1,64}").fullmatch


class RequestId:
    """Takes the caller's `X-Request-Id` when it is well formed, else makes one."""

    adds = Adds(
        takes=(
            Header(
                name="X-Request-Id",
                meaning="The id of the request: up to 64 letters, digits, dots, hyphens and underscores. Without one, "
                "or with another, the service makes one.",
            ),
        ),
        gives=(
            Header(name="X-Request-Id", meaning="The id of the request.", always=True),
            Header(name="X-Instance-Id", meaning="The instance that answers."),
        ),
    )

    def __init__(self, app: ASGIApp, *, instance: str) -> None:
        self._app = app
        self._instance = (b"x-instance-id", instance.encode("ascii"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an ASGI application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _given(scope["headers"]) or secrets.token_hex(16).encode("ascii")
        ours = scope[SCOPE_KEY] = ((HEADER, request_id), self._instance)

        def send_with_ids(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *ours]
            return send(message)

        await self._app(scope, receive, send_with_ids)


def request_id_in(scope: Scope) -> str:
    """The id of a request that came through `RequestId`."""
    request_id: bytes = scope[SCOPE_KEY][0][1]
    return request_id.decode("ascii")


def ids_in(scope: Scope) -> Sequence[tuple[bytes, bytes]]:
    """The headers that every answer to this request carries."""
    ids: Sequence[tuple[bytes, bytes]] = scope[SCOPE_KEY]
    return ids


def _given(headers: list[tuple[bytes, bytes]]) -> bytes | None:
    for name, value in headers:
        if name == HEADER:
            return value if _ACCEPTED(value) else None
    return None
