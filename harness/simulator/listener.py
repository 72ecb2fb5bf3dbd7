"""A port that can stop taking connections and take them again, without ever losing its number."""

import asyncio
import socket
from typing import Self

from starlette.types import ASGIApp
from uvicorn import Config
from uvicorn.server import ServerState

from harness.simulator.connection import ResettableConnection, reset

_BACKLOG = 2048
_FAREWELL = 1.0  # seconds
_KEEP_ALIVE = 75  # seconds; longer than clients keep theirs, so that no call meets a connection that is just closing


class Listener:
    """Serves an ASGI application on `address`; use as an async context manager.

    Raises:
        OSError: on construction, when the port is taken.
    """

    def __init__(self, app: ASGIApp, *, host: str, port: int) -> None:
        # Bound and never listening: it keeps the number ours, from other programs and from the kernel's choice of
        # source ports, while nobody listens.
        self._host = host
        self._reservation = _bound(host, port)
        self.port: int = self._reservation.getsockname()[1]
        try:
            self._socket: socket.socket | None = _listening(host, self.port)
        except OSError:
            self._reservation.close()
            raise
        self._config = Config(
            app, http=ResettableConnection, ws="none", lifespan="off", log_config=None, access_log=False,
            proxy_headers=False, timeout_keep_alive=_KEEP_ALIVE,
        )  # fmt: skip
        self._state = ServerState()
        self._server: asyncio.Server | None = None

    @property
    def address(self) -> str:
        """The URL of the port."""
        return f"http://{self._host}:{self.port}"

    @property
    def open(self) -> bool:
        """Whether connections are taken."""
        return self._server is not None

    async def start(self) -> None:
        """Take connections; nothing changes when they are taken already."""
        if self._server is not None:
            return
        listening, self._socket = self._socket or _listening(self._host, self.port), None
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connection, sock=listening, backlog=_BACKLOG)

    async def refuse(self) -> None:
        """Take no connection any more and reset those there are."""
        if self._server is None:
            return
        self._server.close()
        self._server = None
        for connection in list(self._state.connections):
            reset(connection.transport)
        await asyncio.sleep(0)  # the loop closes the socket at the end of its turn

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.refuse()
        self._reservation.close()
        if tasks := set(self._state.tasks):
            # They end by themselves: each waits on its caller, whose connection is gone.
            await asyncio.wait(tasks, timeout=_FAREWELL)

    def _connection(self) -> ResettableConnection:
        return ResettableConnection(config=self._config, server_state=self._state, app_state={})


def _bound(host: str, port: int) -> socket.socket:
    # With its protocol named: asyncio turns Nagle's delay off for such sockets alone (measured: 40 ms an answer).
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise _unavailable(host, port, error) from error
    bound.setblocking(False)  # noqa: FBT003 — the socket module's own signature
    return bound


def _listening(host: str, port: int) -> socket.socket:
    listening = _bound(host, port)
    try:
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        raise _unavailable(host, port, error) from error
    return listening


def _unavailable(host: str, port: int, error: OSError) -> OSError:
    return OSError(error.errno, f"cannot listen on {host}:{port}: {error.strerror}")
