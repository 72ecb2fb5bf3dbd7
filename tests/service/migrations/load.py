"""Work for instances of the service that share a database."""

import itertools
import time
from threading import Event, Thread
from typing import Self

from httpx2 import Client

from tests.service.process import PATIENCE


class Load:
    """A little work for every instance in turn: what one stores, all show and find. Stops when the block ends."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = addresses
        self._thread = Thread(target=self._work)
        self._stop = Event()
        self.failures: list[str] = []
        self.stored = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(PATIENCE)

    def wait_for(self, stored: int) -> None:
        give_up_at = time.monotonic() + PATIENCE
        while self.stored < stored and time.monotonic() < give_up_at:
            time.sleep(0.01)
        assert self.stored >= stored

    def _work(self) -> None:
        with Client(timeout=PATIENCE) as client:
            for address in itertools.cycle(self._addresses):
                if self._stop.is_set():
                    return
                self._store(client, address)

    def _store(self, client: Client, address: str) -> None:
        document = {"title": "a", "text": f"text {self.stored}"}
        created = client.post(f"{address}/api/documents", json=document)
        if created.status_code != 201:
            self.failures.append(f"{address} {created.status_code} {created.text}")
            return
        event = {"topic": "document.created", "document_id": created.json()["id"]}
        answers = [client.post(f"{address}/api/events", json=event)]
        for other in self._addresses:
            answers.append(client.get(f"{other}{created.headers['location']}"))
            answers.append(client.get(f"{other}/api/documents", params={"near": "text"}))
        self.failures += [f"{a.request.url} {a.status_code} {a.text}" for a in answers if a.status_code >= 400]
        self.stored += 1
