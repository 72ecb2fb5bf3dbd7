"""A provider of embeddings on a port of its own, which counts what it was asked to embed and can refuse it all."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.service.provider import packed

TAKES = 0.03  # seconds for an embedding, so that a kill finds some under way
DIMENSIONS = 8


class RefusingProvider(ThreadingHTTPServer):
    """`embedded` has how often each text was embedded."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Embed)
        self.embedded: Counter[str] = Counter()
        self.counting = threading.Lock()
        self.refuses = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Embed(BaseHTTPRequestHandler):
    server: RefusingProvider

    def do_GET(self) -> None:
        self._answer(200, {"object": "list", "data": []})

    def do_POST(self) -> None:
        text = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["input"]
        if self.server.refuses:
            self._answer(400, {"error": {"message": "no", "type": "x", "param": None, "code": None}})
            return
        time.sleep(TAKES)
        with self.server.counting:
            self.server.embedded[text if isinstance(text, str) else text[0]] += 1
        embedding = {"object": "embedding", "index": 0, "embedding": packed(1, *[0] * (DIMENSIONS - 1))}
        self._answer(
            200,
            {"object": "list", "model": "m", "data": [embedding], "usage": {"prompt_tokens": 1, "total_tokens": 1}},
        )

    def _answer(self, status: int, body: object) -> None:
        said = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:
            return  # who asked was killed

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def refusing_provider() -> Iterator[RefusingProvider]:
    server = RefusingProvider()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
