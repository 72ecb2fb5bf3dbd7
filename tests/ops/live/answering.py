"""What answers as Ballast, or as something else, or not at all."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ops.target.identity import OURS

NOBODY = "http://127.0.0.1:1"
BALLAST = {"/identity": {"service": "ballast", "version": OURS}}


@contextmanager
def answering(known: Mapping[str, object], *, status: int | None = 404) -> Iterator[str]:
    """Something that answers these paths with JSON, and everything else with a page, or not at all."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            document = known.get(self.path)
            body = b"<html>no</html>" if document is None else json.dumps(document).encode()
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            if document is None and status is None:
                self.close_connection = True
                return
            self.send_response(status if document is None and status is not None else 200)
            self.send_header("Content-Type", "text/html" if document is None else "application/json")
            self.send_header("Content-Length", str(len(body)))
            if status == 302:
                self.send_header("Location", "https://elsewhere.example/")
            self.end_headers()
            self.wfile.write(body)

        do_PUT = do_POST = do_GET  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
