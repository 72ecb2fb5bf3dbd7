"""Connections that can be reset: what ASGI has no message for."""

import asyncio
import socket
import struct
from typing import cast

from starlette.types import Receive, Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_LINGER_ZERO = struct.pack("ii", 1, 0)
_TRANSPORT = "transport"


class ResettableConnection(HttpToolsProtocol):
    """Hands its transport to the application, in the state of each request."""

    def on_message_begin(self) -> None:
        """Start a request."""
        super().on_message_begin()
        self.scope["state"][_TRANSPORT] = self.transport


def reset(transport: asyncio.Transport) -> None:
    """End the connection with RST instead of FIN, unsent bytes thrown away."""
    connection = transport.get_extra_info("socket")
    if connection is not None and not transport.is_closing():
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
    transport.abort()


def transport_of(scope: Scope) -> asyncio.Transport:
    """The transport under a request that came through a ResettableConnection."""
    return cast("asyncio.Transport", scope["state"][_TRANSPORT])


async def caller_leaves_within(seconds: float, receive: Receive) -> bool:
    """Wait until the caller goes away, for at most `seconds`; whether it did. The body must have been read."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return False
    return True
