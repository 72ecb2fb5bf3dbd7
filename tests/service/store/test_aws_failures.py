"""How the stores on AWS fail, against a real server on the wire that answers wrongly or not at all."""

import json
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from service.store.aws import AwsConfig
from service.store.dynamo import dynamo
from service.store.dynamo_control import DynamoControlStore
from service.store.errors import StoreError
from tests.service.store.aws import ENVIRONMENT

HASTY = AwsConfig(threads=1, timeout=timedelta(seconds=0.2))


class Refusing(ThreadingHTTPServer):
    """Refuses every request with one of DynamoDB's errors."""

    code = ""
    asked = 0


class _Refuse(BaseHTTPRequestHandler):
    server: Refusing

    def do_POST(self) -> None:
        self.server.asked += 1
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps({"__type": f"com.amazonaws#{self.server.code}", "message": "account 123456789012"}).encode()
        self.send_response(400)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Refusing]:
    server = Refusing(("127.0.0.1", 0), _Refuse)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


async def failure_of_a_reading() -> str:
    aws = dynamo(HASTY)
    with pytest.raises(StoreError) as caught:
        await DynamoControlStore(aws, "control").read(["a"])
    await aws.close()
    return str(caught.value)


@pytest.mark.parametrize(
    "code", ["ThrottlingException", "ProvisionedThroughputExceededException", "ExpiredTokenException", "AccessDenied"]
)
async def test_a_refusal_is_told_by_its_code_alone_and_tried_once(refusing: Refusing, code: str) -> None:
    refusing.code = code
    assert await failure_of_a_reading() == f"TransactGetItems failed: {code}"
    assert refusing.asked == 1


async def test_a_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert await failure_of_a_reading() == "AWS cannot be asked: ReadTimeoutError"


async def test_a_server_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert await failure_of_a_reading() == "AWS cannot be asked: EndpointConnectionError"


async def test_without_credentials_nothing_is_asked(refusing: Refusing, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    assert await failure_of_a_reading() == "AWS cannot be asked: NoCredentialsError"
    assert refusing.asked == 0
