"""What the application knows of the server in front of it."""

import asyncio
from collections.abc import Callable


class Listener:
    """Where the service is reached, while it is, and how many connections it holds."""

    def __init__(self) -> None:
        self._open_connections: Callable[[], int] | None = None
        self._address = ""
        self._listening = asyncio.Event()

    def listening(self, address: str, open_connections: Callable[[], int]) -> None:
        """The server accepts connections at `address`."""
        self._address = address
        self._open_connections = open_connections
        self._listening.set()

    def draining(self) -> None:
        """The server accepts no more connections."""
        self._listening.clear()

    async def address(self) -> str:
        """Where this machine reaches the service; waits while it does not."""
        await self._listening.wait()
        return self._address

    def open_connections(self) -> int:
        """Connections at this instant; 0 without a server."""
        return 0 if self._open_connections is None else self._open_connections()
