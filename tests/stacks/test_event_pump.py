"""The pump's function against a real server, with SQS and the secret as moto plays them."""

import importlib.util
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import Any

import boto3
import pytest
from moto import mock_aws

from stacks.event_pump_function import CODE
from tests.service.store.aws import ENVIRONMENT

EVENT = {"id": "e1", "topic": "t", "document_id": "d1", "request_id": "r1"}


class Agent(ThreadingHTTPServer):
    """Answers each delivery with the status that its document is named after, 200 for `d1`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Deliver)
        self.deliveries: list[dict[str, Any]] = []
        self.headers: list[Any] = []
        self.retry_after = ""


class _Deliver(BaseHTTPRequestHandler):
    server: Agent

    def do_POST(self) -> None:
        delivery = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.deliveries.append(delivery)
        self.server.headers.append((self.path, self.headers))
        named = delivery["document_id"]
        self.send_response(int(named) if named.isdecimal() else 200)
        if self.server.retry_after:
            self.send_header("Retry-After", self.server.retry_after)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def agent() -> Iterator[Agent]:
    server = Agent()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch, agent: Agent) -> Iterator[str]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        url = boto3.client("sqs").create_queue(QueueName="indexer")["QueueUrl"]
        secret = boto3.client("secretsmanager").create_secret(Name="token", SecretString="internal-token")
        monkeypatch.setenv("SERVICE_URL", f"http://127.0.0.1:{agent.server_port}")
        monkeypatch.setenv("AGENT", "indexer")
        monkeypatch.setenv("QUEUE_URL", url)
        monkeypatch.setenv("INTERNAL_TOKEN_ARN", secret["ARN"])
        yield url


@pytest.fixture
def pump() -> ModuleType:
    spec = importlib.util.spec_from_file_location("event_pump", CODE / "index.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def record(message_id: str, document_id: str) -> dict[str, Any]:
    return {
        "messageId": message_id,
        "body": json.dumps({**EVENT, "document_id": document_id}),
        "attributes": {"ApproximateReceiveCount": "2"},
        "messageAttributes": {"topic": {"dataType": "String", "stringValue": "t"}},
    }


def attribute(queue: str, name: str) -> int:
    found = boto3.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    return next(int(value) for known, value in found.items() if known == name)


@pytest.mark.usefixtures("queue")
def test_a_message_is_pushed_to_the_agent_with_its_token_and_request_id(pump: ModuleType, agent: Agent) -> None:
    assert pump.handler({"Records": [record("m1", "d1")]}, None) == {"batchItemFailures": []}
    assert agent.deliveries == [{"id": "e1", "topic": "t", "document_id": "d1", "receives": 2}]
    ((path, headers),) = agent.headers
    assert path == "/internal/agents/indexer/deliver"
    assert headers["Authorization"] == "Bearer internal-token"
    assert headers["X-Request-Id"] == "r1"


@pytest.mark.parametrize("status", ["401", "404", "500"])
def test_a_message_that_is_refused_is_left_to_sqs(queue: str, pump: ModuleType, status: str) -> None:
    batch = [record("m1", "d1"), record("m2", status)]
    assert pump.handler({"Records": batch}, None) == {"batchItemFailures": [{"itemIdentifier": "m2"}]}
    assert attribute(queue, "ApproximateNumberOfMessages") == 0


@pytest.mark.parametrize("status", ["502", "503", "504"])
def test_a_message_goes_back_to_the_queue_while_the_agent_cannot_work(
    queue: str, pump: ModuleType, agent: Agent, status: str
) -> None:
    agent.retry_after = "60"
    assert pump.handler({"Records": [record("m1", status)]}, None) == {"batchItemFailures": []}
    assert attribute(queue, "ApproximateNumberOfMessagesDelayed") == 1


def test_a_message_goes_back_to_the_queue_when_nobody_answers(
    queue: str, pump: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVICE_URL", "http://127.0.0.1:1")
    assert pump.handler({"Records": [record("m1", "d1")]}, None) == {"batchItemFailures": []}
    assert attribute(queue, "ApproximateNumberOfMessagesDelayed") == 1


@pytest.mark.parametrize(("retry_after", "pause"), [(None, 5), ("0", 5), ("soon", 5), ("7", 7), ("9999", 900)])
def test_the_agent_says_for_how_long_within_what_sqs_can(pump: ModuleType, retry_after: str | None, pause: int) -> None:
    assert pump._pause(retry_after) == pause
