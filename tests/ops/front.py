"""What stands before the service: its own address, which wants the origin's secret, and CloudFront, which adds it."""

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2

from ops.checks.dashboard import HEADERS
from ops.deployment.deployment import ORIGIN_HEADER

PAGE = {"Content-Type": "text/html", **{name: f"{holds}1" for name, holds in HEADERS.items()}}


POLL = 0.01  # seconds until a server sees that it is to end


class Front:
    """Hands requests on to addresses, in turns."""

    def __init__(self, *, wants: str = "", adds: str = "", page: bool = False) -> None:
        self._turns: Iterator[str] = iter(())
        self.wants, self.adds, self.page = wants, adds, page
        self.client = httpx2.Client(trust_env=False, timeout=30)
        self.extra: dict[str, str] = {}  # headers of every answer
        handler = type("Handler", (_Handler,), {"front": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"https://127.0.0.1:{self._server.server_port}"  # as the stacks' outputs say

    def lead_to(self, *addresses: str) -> None:
        """From now on to these."""
        self._turns = itertools.cycle(addresses)

    def next_address(self) -> str:
        """Whose turn it is."""
        return next(self._turns)

    @contextmanager
    def serving(self) -> Iterator[None]:
        """While the block runs."""
        thread = threading.Thread(target=self._server.serve_forever, args=(POLL,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()
            self.client.close()


class _Handler(BaseHTTPRequestHandler):
    front: Front

    def answer(self) -> None:
        front = self.front
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if front.page and not self.path.startswith(("/api/", "/health", "/identity")):
            self._send(200, {**PAGE, **front.extra}, b"<!doctype html>")
            return
        if front.wants and self.path != "/health/live" and self.headers.get(ORIGIN_HEADER) != front.wants:
            self._send(403, {}, b"")
            return
        headers = {
            name: value for name, value in self.headers.items() if name.lower() in {"authorization", "content-type"}
        } | ({ORIGIN_HEADER: front.adds} if front.adds else {})
        url = f"{front.next_address()}{self.path}"
        said = front.client.request(self.command, url, headers=headers, content=body)
        told = {name: value for name, value in said.headers.items() if name.startswith(("x-", "content-type"))}
        self._send(said.status_code, {**told, **front.extra}, said.content)

    do_GET = do_PUT = do_POST = do_DELETE = answer  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        pass

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
