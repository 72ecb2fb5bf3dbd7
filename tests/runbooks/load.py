"""A light load from callers who go on whatever happens, and what they get."""

import asyncio
import random
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

import httpx2

from harness.plan.requests import (
    RequestKind,
    TargetState,
    create_document,
    embed,
    publish_event,
    read_document,
    search_documents,
)
from harness.record import Outcome
from tests.runbooks.signals import Sample

RATE = 50.0
"""Requests a second; each is sent when it is due, however the ones before it fare."""

MIX: Sequence[tuple[RequestKind, int]] = (
    (embed, 18),
    (read_document, 14),
    (search_documents, 8),
    (create_document, 6),
    (publish_event, 4),
)
CYCLE = sum(count for _, count in MIX)
"""Requests after which the same come again, under the same ids: the provider takes as long for each as before."""

WINDOW = 2 * CYCLE
"""Requests over which signals are taken: every window has the same requests in it."""

YARDSTICK_EVERY = 4
"""Requests between two that go to a program which no fault reaches."""

TIMEOUT = 10.0
"""Seconds until a caller gives up."""


class Load:
    """Sends until it is left; a context manager."""

    def __init__(self, addresses: Sequence[str], *, yardstick: str, state: TargetState) -> None:
        self._addresses = addresses
        self._yardstick = yardstick
        self._state = state
        kinds = [kind for kind, count in MIX for _ in range(count)]
        random.Random(1).shuffle(kinds)
        self._kinds = kinds
        self._samples: dict[int, list[Sample]] = {}
        self._sent = 0
        self._ended = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="load")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def sent(self) -> int:
        """How many were sent."""
        return self._sent

    def window(self, first: int) -> list[Sample]:
        """The whole window that begins with a request; waits until all of it is answered."""
        wanted = range(first, first + WINDOW)
        while not all(number in self._samples for number in wanted):
            assert self._thread.is_alive(), f"the load has ended: {self._failure!r}"
            time.sleep(0.02)
        return [sample for number in wanted for sample in self._samples[number]]

    def _run(self) -> None:
        try:
            asyncio.run(self._send_all())
        except BaseException as error:  # told by whoever waits for a window
            self._failure = error
            raise

    async def _send_all(self) -> None:
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=50)
        began = time.monotonic()
        async with (
            httpx2.AsyncClient(timeout=TIMEOUT, limits=limits, trust_env=False) as client,
            asyncio.TaskGroup() as group,
        ):
            while not self._ended.is_set():
                number = self._sent
                await asyncio.sleep(max(0.0, began + number / RATE - time.monotonic()))
                self._sent += 1
                group.create_task(self._both(client, number))

    async def _both(self, client: httpx2.AsyncClient, number: int) -> None:
        samples = [await self._ask(client, number)]
        if number % YARDSTICK_EVERY == 0:
            samples.append(await self._measure(client, number))
        self._samples[number] = samples

    async def _ask(self, client: httpx2.AsyncClient, number: int) -> Sample:
        turn = number % CYCLE
        kind = self._kinds[turn]
        request = kind.build(random.Random(turn), self._state)
        headers = {**request.headers, "X-Request-Id": f"walk-{turn}", "X-Caller-Id": f"caller-{turn}"}
        address = self._addresses[number % len(self._addresses)]
        outcome, sent_at = Outcome.FAILED, time.monotonic()
        with suppress(httpx2.HTTPError):
            answer = await client.request(
                request.method, f"{address}{request.path}", content=request.body, headers=headers
            )
            outcome = kind.outcome(answer.status_code, answer.headers, answer.content).outcome
        return Sample(number=number, sent_at=sent_at, seconds=time.monotonic() - sent_at, outcome=outcome)

    async def _measure(self, client: httpx2.AsyncClient, number: int) -> Sample:
        sent_at = time.monotonic()
        with suppress(httpx2.HTTPError):
            await client.get(self._yardstick)
        seconds = time.monotonic() - sent_at
        return Sample(number=number, sent_at=sent_at, seconds=seconds, outcome=Outcome.SERVED, yardstick=True)
