"""A receiver of webhooks on a port of its own."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread
from typing import Any

from tests.service.process import PATIENCE


class Receiver:
    """Takes what is posted, after as many refusals as it is told to make; `posted` has the headers and the bytes."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.posted: Queue[tuple[Mapping[str, str], bytes]] = Queue()
        self.refusals = 0
        self.url = f"http://127.0.0.1:{server.server_port}/hooks/path-token"

    def notice(self, kind: str) -> tuple[Mapping[str, str], bytes]:
        """The next notice of a type."""
        give_up_at = time.monotonic() + PATIENCE
        while True:
            headers, body = self.posted.get(timeout=max(0.0, give_up_at - time.monotonic()))
            told: dict[str, Any] = json.loads(body)
            if told["type"] == kind:
                return headers, body


@contextmanager
def receiver() -> Iterator[Receiver]:
    """It listens on loopback until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if listening.refusals:
                listening.refusals -= 1
                self.send_response(503)
            else:
                listening.posted.put((dict(self.headers.items()), body))
                self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Tell nobody."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening = Receiver(server)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield listening
    finally:
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE)
