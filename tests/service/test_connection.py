import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from httpx2 import Client

from service.web.connection import HEAD_LIMIT
from tests.service.process import PATIENCE, service


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("service")
    with service(PORT="0", OPENAI_API_KEY="provider-key", DATABASE_PATH=str(folder / "ballast.sqlite3")) as running:
        yield running.wait_for("listening")["address"]


def answer_to(address: str, *pieces: bytes) -> tuple[bytes, dict[str, Any]]:
    """The status line and the problem that the service answers before it closes."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as caller:
        received = b""
        try:
            for piece in pieces:
                caller.sendall(piece)
            while chunk := caller.recv(65_536):
                received += chunk
        except (BrokenPipeError, ConnectionResetError):  # it closed before it had all
            while not received and (chunk := caller.recv(65_536)):
                received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head
    assert b"connection: close" in head
    problem: dict[str, Any] = json.loads(body)
    assert b"x-request-id: " + problem["request_id"].encode() in head
    return head.partition(b"\r\n")[0], problem


BEGIN = b"GET / HTTP/1.1\r\nhost: x\r\n"


@pytest.mark.parametrize(
    "pieces",
    [
        (b"GET /" + b"a" * HEAD_LIMIT, b" "),
        (BEGIN, b"a: " + b"b" * HEAD_LIMIT + b"\r\n\r\n"),
        (BEGIN, b"a: b\r\n" * (HEAD_LIMIT // 6), b"\r\n"),
        (BEGIN, *[b"a" * 4096] * 100),
    ],
    ids=["address", "one header", "many headers", "a name without an end"],
)
def test_a_head_that_grows_too_large_is_refused(address: str, pieces: tuple[bytes, ...]) -> None:
    status, problem = answer_to(address, *pieces)
    assert status == b"HTTP/1.1 431 Request Header Fields Too Large"
    assert (problem["type"], problem["status"]) == ("head_too_large", 431)


def test_what_is_no_http_is_refused_in_the_form_of_every_other_problem(address: str) -> None:
    status, problem = answer_to(address, b"hello\r\n\r\n")
    assert status == b"HTTP/1.1 400 Bad Request"
    assert problem["type"] == "invalid_request"


def test_a_large_head_within_the_limit_is_taken_again_and_again(address: str) -> None:
    with Client(base_url=address) as client:
        for _ in range(3):
            assert client.get("/health/live", headers={"x": "y" * (HEAD_LIMIT - 1000)}).status_code == 200


def test_a_large_body_is_no_head(address: str) -> None:
    with Client(base_url=address) as client:
        for _ in range(3):
            assert client.post("/nowhere", content=b"x" * 300_000).status_code == 404
