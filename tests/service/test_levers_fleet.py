"""What is set on one instance holds on all of them, and after all of them were started again."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Client

from tests.service.process import PATIENCE, Service, service
from tests.service.test_process import variables

TOKEN = "operator-token"  # noqa: S105 - of this test alone
WITHIN = 2.0  # seconds


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


def drains_as(client: Client, expected: bool) -> bool:  # noqa: FBT001 - a value, not a switch
    """Whether a write, of a document that cannot be, is turned away before anybody looks at it, as expected."""
    answer = client.post("/api/documents", json={})
    if answer.json()["type"] == "not_ready":  # on a busy machine; it tells nothing of the mode
        return False
    assert (answer.status_code, answer.json()["type"]) in {(422, "invalid_request"), (503, "write_drain")}
    return (answer.status_code == 503) is expected


def told(client: Client, kind: str) -> list[dict[str, Any]]:
    found = client.get("/api/observability/events", params={"limit": 10_000}).json()["events"]
    return [event for event in found if event["type"] == kind]


@pytest.mark.parametrize("changes", [10, pytest.param(100, marks=pytest.mark.long)])
def test_a_mode_holds_on_every_instance_within_two_seconds_and_after_a_restart_of_all(
    tmp_path: Path, changes: int
) -> None:
    late = 0
    with instances(tmp_path) as both:
        clients = [client for _, client in both]
        for number in range(changes):
            on = number % 2 == 0
            switch(clients["abba"[number % 4] == "b"], "write-drain", on=on)
            changed_at = time.monotonic()
            for client in clients:
                late += wait_until(partial(drains_as, client, on)) - changed_at > WITHIN
        spells = sum(len(told(client, "control_copy_stale")) for client in clients)
        seen = [[event["detail"]["on"] for event in told(client, "mode_changed")] for client in clients]
        switch(clients[0], "safe-mode", on=True)
        for running, _ in both:
            running.terminate()
        assert [running.ended()[0] for running, _ in both] == [0, 0]
    assert late <= spells  # the store may have been away; then, and only then, an instance goes on with what it knew
    assert seen == [[True, False] * (changes // 2)] * 2
    with instances(tmp_path) as both:
        for _, client in both:
            answer = client.post("/api/embeddings", json={"text": "a"}).json()
            assert (answer["source"], answer["reason"]) == ("fallback", "safe_mode")
            (mode,) = told(client, "mode_changed")
            assert (mode["subject"], mode["reason"], mode["detail"]["by"]) == ("safe_mode", "to see", "ann")
