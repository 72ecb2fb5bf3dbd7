"""An HTTP server in a thread, whose answers a test scripts; it remembers what it was asked."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

Answer = Callable[[dict[str, str]], tuple[int, Any]]
"""From the query to status and document."""


def _nothing(_: dict[str, str]) -> tuple[int, Any]:
    return 404, {"type": "not_found"}


class StubServer:
    """Answers `METHOD /path` as scripted, anything else with 404."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, Any, str]] = []  # method and path, document, token
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
                pass

            def answer(self) -> None:
                url = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                call = f"{self.command} {url.path}"
                stub.asked.append((call, json.loads(body) if body else None, self.headers.get("Authorization") or ""))
                query = {name: values[-1] for name, values in parse_qs(url.query).items()}
                status, document = stub.answers.get(call, _nothing)(query)
                content = document if isinstance(document, bytes) else json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_PUT = do_DELETE = do_POST = answer  # noqa: N815 -- the base class's names

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def says(self, call: str, document: Any, *, status: int = 200) -> None:
        self.answers[call] = lambda _: (status, document)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
