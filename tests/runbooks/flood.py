"""`python -m tests.runbooks.flood ADDRESS…`: an import with more requests in flight than the service is meant for.

Each of its workers asks for an embedding and stores a document, as fast as it is answered, and publishes an event now
and then. Who is told to come again later does so. It ends by itself, should nobody end it.
"""

import http.client
import itertools
import json
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import urlsplit

WORKERS = 90
EVENT_EVERY = 20
"""Documents."""

LONGEST = 240.0
"""Seconds."""

ANSWERED = 30.0
"""Seconds in which an answer is waited for."""


def flood(addresses: Sequence[str]) -> None:
    """Start the workers, spread over the instances, and wait until their time is over."""
    ends_at = time.monotonic() + LONGEST
    workers = [
        threading.Thread(target=_work, args=(addresses[number % len(addresses)], number, ends_at), daemon=True)
        for number in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def _work(address: str, number: int, ends_at: float) -> None:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=ANSWERED)
    for count in itertools.takewhile(lambda _: time.monotonic() < ends_at, itertools.count()):
        text = f"Document {count} of worker {number}"
        _post(connection, "/api/embeddings", {"text": text})
        stored = _post(connection, "/api/documents", {"title": text, "text": text})
        if "id" in stored and count % EVENT_EVERY == 0:
            _post(connection, "/api/events", {"topic": "document.created", "document_id": stored["id"]})


def _post(connection: http.client.HTTPConnection, path: str, body: Mapping[str, str]) -> Mapping[str, str]:
    with suppress(OSError, http.client.HTTPException):
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        told: Mapping[str, str] = json.loads(answer.read())
        if answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
            time.sleep(float(answer.headers.get("Retry-After", "1")))
        return told
    connection.close()  # the next request opens another
    return {}


if __name__ == "__main__":
    flood(sys.argv[1:])
