"""What is set on one instance holds on all of them, and after all of them were started again."""

import math
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Client

from tests.service.process import PATIENCE, Service, service
from tests.service.test_process import variables

TOKEN = "operator-token"
WITHIN = 2.0  # seconds
STOPPED_FOR = 6.0  # seconds; longer than an instance leaves its copy alone


@dataclass(frozen=True, kw_only=True)
class Look:
    """A look at an instance, in Unix seconds."""

    began: float
    ended: float


@contextmanager
def instances(folder: Path) -> Iterator[list[tuple[Service, Client]]]:
    """Two of them on one file, and a way to ask each."""
    more = {"OPERATOR_TOKEN": TOKEN, "RETRY_MAX_RETRIES": "0"}
    with ExitStack() as stack:
        running = [stack.enter_context(service(**variables(folder, INSTANCE_ID=name, **more))) for name in "ab"]
        addresses = [each.wait_for("listening")["address"] for each in running]
        clients = [stack.enter_context(Client(base_url=address, timeout=PATIENCE)) for address in addresses]
        for client in clients:
            wait_until(partial(is_ready, client))
        yield list(zip(running, clients, strict=True))


def wait_until(holds: Callable[[], bool]) -> float:
    """When the look began that found it so."""
    give_up_at = time.monotonic() + PATIENCE
    while time.monotonic() < give_up_at:
        looked_at = time.monotonic()
        if holds():
            return looked_at
        time.sleep(0.01)  # between two looks
    raise AssertionError("it never came so")


def switch(client: Client, mode: str, *, on: bool) -> None:
    """Set a mode; made again where the file was locked for too long, on a busy machine."""
    headers = {"Authorization": f"Bearer {TOKEN}", "X-Operator": "ann"}

    def is_set() -> bool:
        answer = client.put(f"/api/ops/{mode}", json={"on": on, "reason": "to see"}, headers=headers)
        assert answer.status_code in {200, 503}, answer.text
        return answer.status_code == 200

    wait_until(is_set)


def is_ready(client: Client) -> bool:
    return client.get("/health/ready").status_code == 200


def drains(client: Client) -> bool | None:
    """Whether a write, of a document that cannot be, is turned away before anybody looks at it; None: nobody knows."""
    answer = client.post("/api/documents", json={})
    if answer.json()["type"] == "not_ready":  # on a busy machine; it tells nothing of the mode
        return None
    assert (answer.status_code, answer.json()["type"]) in {(422, "invalid_request"), (503, "write_drain")}
    return answer.status_code == 503


def late_looks(client: Client, *, on: bool, changed_at: float) -> list[Look]:
    """The looks that began too late to find it otherwise and did, until one finds it so."""
    late: list[Look] = []

    def is_so() -> bool:
        is_late, began = time.monotonic() - changed_at > WITHIN, time.time()
        found = drains(client)
        if is_late and found is (not on):
            late.append(Look(began=began, ended=time.time()))
        return found is on

    wait_until(is_so)
    return late


def unexcused(client: Client, late: list[Look]) -> list[Look]:
    """Those during which the instance could read the store."""
    spells: list[tuple[float, float]] = []
    for event in told(client, "control_copy_stale", "control_copy_fresh"):
        if event["type"] == "control_copy_stale":
            spells.append((event["at"], math.inf))
        elif spells:
            spells[-1] = (spells[-1][0], event["at"])
    return [look for look in late if not any(began <= look.ended and look.began <= end for began, end in spells)]


def stopped_for_long(running: Service) -> None:
    """As the platform takes the CPU from an instance that has no request."""
    running.process.send_signal(signal.SIGSTOP)
    try:
        time.sleep(STOPPED_FOR)
    finally:
        running.process.send_signal(signal.SIGCONT)


def told(client: Client, *kinds: str) -> list[dict[str, Any]]:
    found = client.get("/api/observability/events", params={"limit": 10_000}).json()["events"]
    return [event for event in found if event["type"] in kinds]


@pytest.mark.parametrize("changes", [4, pytest.param(100, marks=pytest.mark.long)])
def test_a_mode_holds_on_every_instance_within_two_seconds_and_after_a_restart_of_all(
    tmp_path: Path, changes: int
) -> None:
    with instances(tmp_path) as both:
        clients = [client for _, client in both]
        late: list[list[Look]] = [[], []]
        for number in range(changes):
            on, setting = number % 2 == 0, int("abba"[number % 4] == "b")
            switch(clients[setting], "write-drain", on=on)
            changed_at = time.monotonic()
            if number % 17 == 5:
                stopped_for_long(both[1 - setting][0])
            for looks, client in zip(late, clients, strict=True):
                looks.extend(late_looks(client, on=on, changed_at=changed_at))
        assert [unexcused(client, looks) for client, looks in zip(clients, late, strict=True)] == [[], []]
        seen = [[event["detail"]["on"] for event in told(client, "mode_changed")] for client in clients]
        switch(clients[0], "safe-mode", on=True)
        for running, _ in both:
            running.terminate()
        assert [running.ended()[0] for running, _ in both] == [0, 0]
    assert seen == [[True, False] * (changes // 2)] * 2
    with instances(tmp_path) as both:
        for _, client in both:
            answer = client.post("/api/embeddings", json={"text": "a"}).json()
            assert (answer["source"], answer["reason"]) == ("fallback", "safe_mode")
            (mode,) = told(client, "mode_changed")
            assert (mode["subject"], mode["reason"], mode["detail"]["by"]) == ("safe_mode", "to see", "ann")
