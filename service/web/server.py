"""The server: uvicorn, telling when it listens, and leaving quietly after SIGTERM."""

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from service.background import this_task
from service.web.connection import BoundedConnection

KEEP_ALIVE = 75  # seconds; longer than clients and proxies keep an idle connection, so that they close it first


def bind(host: str, port: int) -> socket.socket:
    """A socket for the server, not yet listening.

    Raises:
        OSError: the address is taken or not of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound


def loopback_address(bound: socket.socket) -> str:
    """Where this machine reaches the server."""
    host, port = bound.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared with, not bound to
        host = "127.0.0.1" if host == "0.0.0.0" else "::1"  # noqa: S104 - as above
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(uvicorn.Server):
    """Calls `on_listening` once it accepts connections and `on_draining` when it stops accepting them."""

    def __init__(
        self, app: ASGIApp, *, drain: timedelta, on_listening: Callable[[], None], on_draining: Callable[[], None]
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                loop="uvloop",
                http=BoundedConnection,
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_keep_alive=KEEP_ALIVE,
                timeout_graceful_shutdown=drain.total_seconds(),  # type: ignore[arg-type] # asyncio takes the fraction too
            )
        )
        self._on_listening = on_listening
        self._on_draining = on_draining
        self._starting: asyncio.Task[object] | None = None

    def open_connections(self) -> int:
        """Connections at this instant."""
        return len(self.server_state.connections)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the application, then listen; unless asked to stop meanwhile: then the start is given up."""
        starting = self._starting = this_task()
        try:
            if not self.should_exit:
                await super().startup(sockets)
        except asyncio.CancelledError:
            if not self.should_exit:
                raise
            starting.uncancel()  # what had been started is stopped when the loop ends its tasks
        finally:
            self._starting = None
        if self.started and not self.should_exit:
            self._on_listening()
        elif not self.started:
            self._on_draining()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Drain, or give up the start."""
        super().handle_exit(sig, frame)
        if self._starting is not None:
            self._starting.cancel()
            self._starting = None

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop accepting, finish what was accepted, then stop the application."""
        self._on_draining()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take SIGTERM and SIGINT as wishes to drain; unlike uvicorn, do not die of them afterwards."""
        loop = asyncio.get_running_loop()
        signals = (signal.SIGTERM, signal.SIGINT)
        for each in signals:
            loop.add_signal_handler(each, self.handle_exit, each, None)
        try:
            yield
        finally:
            for each in signals:
                loop.remove_signal_handler(each)
