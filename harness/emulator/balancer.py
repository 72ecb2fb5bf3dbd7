"""The one address of a service: hands each connection to the next of its processes. Standard library alone."""

import asyncio
import contextlib
import itertools
import threading
from collections.abc import Iterator, Sequence

CHUNK = 65536  # bytes


class Balancer:
    """Listens on a free loopback port from its making to its closing, in a thread of its own."""

    def __init__(self) -> None:
        self._backends: Iterator[str] = iter(())
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        self.address = "{}:{}".format(*self._server.sockets[0].getsockname())

    def lead_to(self, addresses: Sequence[str]) -> None:
        """Hand connections to these from now on, in turn."""
        self._backends = itertools.cycle(addresses)

    def close(self) -> None:
        """Listen no longer."""
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._hand_on, "127.0.0.1", 0)

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            host, _, port = next(self._backends).rpartition(":")
            back_reader, back_writer = await asyncio.open_connection(host, int(port))
        except (OSError, StopIteration):
            writer.close()  # a connection that ends at once is what a platform without an instance gives
            return
        await asyncio.gather(_copy(reader, back_writer), _copy(back_reader, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    writer.close()
