import concurrent.futures
import json
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from httpx2 import Client, Response

from tests.service.process import PATIENCE, service


class SlowProvider:
    """Answers on a port of its own, each request once it is released; to be started before the service."""

    def __init__(self) -> None:
        self.release = Event()
        self.asked = Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"
        self._threads = [Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        self.release.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in self._threads:
            thread.join(PATIENCE)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._threads.append(Thread(target=self._answer, args=(connection,), daemon=True))
            self._threads[-1].start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            head = connection.recv(65_536)
            if head.startswith(b"POST"):
                self.asked.set()
                self.release.wait(PATIENCE)
            body = b"{}"
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n" + body)


@contextmanager
def slow_provider() -> Iterator[SlowProvider]:
    provider = SlowProvider()
    try:
        yield provider
    finally:
        provider.close()


def variables(folder: Path, provider: str = "http://127.0.0.1:9/v1", **more: str) -> dict[str, str]:
    return {
        "PORT": "0",
        "USE_RELIABILITY_SYSTEM": "true",
        "OPENAI_API_KEY": "provider-key",
        "OPENAI_BASE_URL": provider,
        "DATABASE_PATH": str(folder / "ballast.sqlite3"),
        **more,
    }


def test_it_tells_where_it_listens_and_leaves_quietly(tmp_path: Path) -> None:
    with service(**variables(tmp_path, OPERATOR_TOKEN="operator-token")) as running:
        listening = running.wait_for("listening")
        assert running.log == [listening]
        assert listening["level"] == "info"
        assert listening["address"].startswith("http://127.0.0.1:")
        with Client(base_url=listening["address"]) as client:
            identity = client.get("/identity").json()
            startup = client.get("/health/startup").json()
        assert (identity["instance"], identity["boot_id"]) == (listening["instance"], listening["boot_id"])
        assert startup["status"] == "degraded"  # there is no provider
        running.terminate()
        code, out, err = running.ended()
    assert (code, err) == (0, "")
    assert [json.loads(line)["event"] for line in out.splitlines()] == ["draining"]


def test_asked_to_stop_while_it_starts_it_gives_up_the_start(tmp_path: Path) -> None:
    more = {"EMBEDDINGS_ATTEMPT_TIMEOUT_SECONDS": "30", "EMBEDDINGS_DEADLINE_SECONDS": "30"}
    with closing(socket.create_server(("127.0.0.1", 0))) as provider:
        provider.settimeout(PATIENCE)
        url = f"http://127.0.0.1:{provider.getsockname()[1]}/v1"
        with service(**variables(tmp_path, url, **more)) as running:
            asked, _ = provider.accept()  # and never answered
            with asked:
                running.terminate()
                code, out, err = running.ended()
    assert (code, err) == (0, "")
    assert [json.loads(line)["event"] for line in out.splitlines()] == ["operator_api_off", "draining"]
    with closing(sqlite3.connect(tmp_path / "ballast.sqlite3")) as connection:
        assert connection.execute("PRAGMA quick_check").fetchone() == ("ok",)


def test_it_says_when_it_starts_plainly(tmp_path: Path) -> None:
    with service(**variables(tmp_path, USE_RELIABILITY_SYSTEM="false")) as running:
        assert running.wait_for("listening")["reliability"] is False
        assert running.log[0]["event"] == "operator_api_off"


def test_wrong_settings_are_told_all_at_once(tmp_path: Path) -> None:
    with service(DATABASE_PATH=str(tmp_path / "x"), PORT="http", BREAKER_BUCKETS="0") as running:
        code, out, err = running.ended()
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        "PORT is http; expected a whole number from 0 to 65535",
        "OPENAI_API_KEY is missing; expected printable ASCII without spaces",
        "BREAKER_BUCKETS is 0; expected a whole number from 1 to 1000",
    ]
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("reliability", ["true", "false"])
def test_a_file_that_is_no_database_ends_the_start(tmp_path: Path, reliability: str) -> None:
    path = tmp_path / "ballast.sqlite3"
    path.write_text("not a database\n" * 100, encoding="utf-8")
    with service(**variables(tmp_path, USE_RELIABILITY_SYSTEM=reliability)) as running:
        code, out, err = running.ended()
    assert code == 3
    assert err.endswith("ballast.sqlite3 is not usable as database: file is not a database\n")
    assert len(err.splitlines()) == 1
    assert "Traceback" not in out
    assert path.read_text(encoding="utf-8") == "not a database\n" * 100


def test_a_port_that_is_taken_ends_the_start_before_anything_is_written(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        with service(**variables(tmp_path, PORT=str(port))) as running:
            code, _, err = running.ended()
    assert (code, err) == (3, f"cannot listen on 127.0.0.1:{port}: Address already in use\n")
    assert list(tmp_path.iterdir()) == []


def ask(address: str) -> Response:
    with Client(base_url=address, timeout=PATIENCE) as client:
        return client.post("/api/embeddings", json={"text": "a"})


def test_what_was_accepted_is_finished_before_it_leaves(tmp_path: Path) -> None:
    more = {"EMBEDDINGS_ATTEMPT_TIMEOUT_SECONDS": "30", "EMBEDDINGS_DEADLINE_SECONDS": "30", "DRAIN_SECONDS": "30"}
    with (
        slow_provider() as provider,
        concurrent.futures.ThreadPoolExecutor() as threads,
        service(**variables(tmp_path, provider.url, RETRY_MAX_RETRIES="0", **more)) as running,
    ):
        address = running.wait_for("listening")["address"]
        asked = threads.submit(ask, address)
        assert provider.asked.wait(PATIENCE)
        running.terminate()
        running.wait_for("draining")
        assert refuses_connections(address)
        provider.release.set()
        answered = asked.result(PATIENCE)
        code, _, _ = running.ended()
    assert (answered.status_code, answered.json()["reason"]) == (200, "provider_failed")
    assert code == 0


def test_a_caller_that_hangs_up_is_worked_for_no_more(tmp_path: Path) -> None:
    more = {"EMBEDDINGS_ATTEMPT_TIMEOUT_SECONDS": "60", "EMBEDDINGS_DEADLINE_SECONDS": "60"}
    with slow_provider() as provider, service(**variables(tmp_path, provider.url, **more)) as running:
        address = running.wait_for("listening")["address"]
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=PATIENCE) as caller:
            head = ("POST /api/embeddings HTTP/1.1", "host: x", "content-type: application/json", "content-length: 13")
            caller.sendall("\r\n".join((*head, "", '{"text": "a"}')).encode())
            assert provider.asked.wait(PATIENCE)
        with Client(base_url=address, timeout=PATIENCE) as client:
            for _ in range(500):
                golden = client.get("/api/observability/golden-signals").json()
                if golden["in_flight"] == 1:  # the one that asks
                    break
            breakers = client.get("/api/observability/circuit-breakers").json()["circuit_breakers"]
    assert golden["in_flight"] == 1
    assert golden["routes"]["POST /api/embeddings"]["requests"] == 0
    assert breakers[0]["calls"] == 0


def test_what_is_not_finished_in_time_is_told_so(tmp_path: Path) -> None:
    more = {"EMBEDDINGS_ATTEMPT_TIMEOUT_SECONDS": "30", "EMBEDDINGS_DEADLINE_SECONDS": "30", "DRAIN_SECONDS": "0.3"}
    with (
        slow_provider() as provider,
        concurrent.futures.ThreadPoolExecutor() as threads,
        service(**variables(tmp_path, provider.url, **more)) as running,
    ):
        asked = threads.submit(ask, running.wait_for("listening")["address"])
        assert provider.asked.wait(PATIENCE)
        running.terminate()
        answered = asked.result(PATIENCE)
        code, _, _ = running.ended()
    assert (answered.status_code, answered.json()["type"]) == (503, "shutting_down")
    assert code == 0


def refuses_connections(address: str) -> bool:
    host, port = address.removeprefix("http://").split(":")
    for _ in range(500):
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except ConnectionRefusedError:
            return True
        time.sleep(0.01)  # the socket closes a moment after the line was written
    return False


def dead_letters(folder: Path) -> list[Any]:
    with closing(sqlite3.connect(folder / "ballast.sqlite3")) as connection:
        return connection.execute("SELECT document_id, reason FROM dead_letters").fetchall()


def test_an_event_reaches_the_agent_over_the_wire(tmp_path: Path) -> None:
    """There is no such document: the event is delivered, refused, and given up with its reason."""
    more = {
        "QUEUE_MAX_RECEIVES": "1", "QUEUE_VISIBILITY_SECONDS": "0.6",
        "EMBEDDINGS_ATTEMPT_TIMEOUT_SECONDS": "0.1", "EMBEDDINGS_DEADLINE_SECONDS": "0.1",
        "DATABASE_ATTEMPT_TIMEOUT_SECONDS": "0.2", "DATABASE_DEADLINE_SECONDS": "0.2",
    }  # fmt: skip
    with service(**variables(tmp_path, **more)) as running:
        address = running.wait_for("listening")["address"]
        with Client(base_url=address, timeout=PATIENCE) as client:
            event = {"topic": "document.created", "document_id": "d1"}
            assert client.post("/api/events", json=event, headers={"X-Request-Id": "r1"}).status_code == 202
            for _ in range(400):
                if dead_letters(tmp_path):
                    break
                client.post("/api/events", json={**event, "document_id": "d2"})  # which makes the pump look again
    assert ("d1", "the agent answered 404: there is no document with this id") in dead_letters(tmp_path)
