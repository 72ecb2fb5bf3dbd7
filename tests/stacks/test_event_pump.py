"""The pump's function against a real server, with SQS and the secret as moto plays them."""

import importlib.util
import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import Any

import boto3
import pytest
from moto import mock_aws

from service.settings.settings import PUSHED_FOR
from stacks.agent_queue import VISIBILITY
from stacks.event_pump_function import CODE
from stacks.event_pump_times import DELIVERY
from tests.service.store.aws import ENVIRONMENT

EVENT = {"id": "e1", "topic": "t", "document_id": "d1", "request_id": "r1"}


class Agent(ThreadingHTTPServer):
    """Answers each delivery with the status that its document is named after, 200 for `d1`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Deliver)
        self.deliveries: list[dict[str, Any]] = []
        self.headers: list[Any] = []
        self.retry_after = ""
        self.problem = b""


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
        self.send_header("Content-Length", str(len(self.server.problem)))
        self.end_headers()
        self.wfile.write(self.server.problem)

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
        dead = boto3.client("sqs").create_queue(QueueName="dead")["QueueUrl"]
        monkeypatch.setenv("DEAD_LETTER_QUEUE_URL", dead)
        monkeypatch.setenv("MAX_RECEIVES", "5")
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


def record(message_id: str, document_id: str, *, receives: int = 2, body: str | None = None) -> dict[str, Any]:
    return {
        "messageId": message_id,
        "body": json.dumps({**EVENT, "document_id": document_id}) if body is None else body,
        "attributes": {"ApproximateReceiveCount": str(receives), "SentTimestamp": "1700000000500"},
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
    assert (headers["X-Request-Id"], headers["Idempotency-Key"]) == ("r1", "e1")


@pytest.mark.parametrize("status", ["404", "500"])
def test_a_message_that_is_refused_is_left_to_sqs(queue: str, pump: ModuleType, status: str) -> None:
    batch = [record("m1", "d1"), record("m2", status)]
    assert pump.handler({"Records": batch}, None) == {"batchItemFailures": [{"itemIdentifier": "m2"}]}
    assert attribute(queue, "ApproximateNumberOfMessages") == 0


def dead_letters() -> list[tuple[str, dict[str, str]]]:
    """The body of each dead letter, and what its attributes say."""
    url = boto3.client("sqs").get_queue_url(QueueName="dead")["QueueUrl"]
    found = boto3.client("sqs").receive_message(QueueUrl=url, MessageAttributeNames=["All"], MaxNumberOfMessages=10)
    return [
        (each["Body"], {name: value["StringValue"] for name, value in each["MessageAttributes"].items()})
        for each in found.get("Messages", [])
    ]


@pytest.mark.usefixtures("queue")
def test_a_message_that_was_refused_too_often_is_a_dead_letter_with_the_reason(pump: ModuleType, agent: Agent) -> None:
    agent.problem = b'{"detail": "there is no document\\n with this id"}'
    batch = [record("m1", "404", receives=4), record("m2", "404", receives=5)]
    assert pump.handler({"Records": batch}, None) == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    ((body, said),) = dead_letters()
    assert json.loads(body) == {**EVENT, "document_id": "404"}
    assert said.pop("died_at").startswith(str(time.time())[:5])
    assert said == {
        "topic": "t",
        "reason": "the agent answered 404: there is no document? with this id",
        "attempts": "5",
        "published_at": "1700000000.500",
    }


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("{", "the message is not a JSON document"),
        ("[1]", "the message is no object with the texts id, topic, document_id"),
        (
            '{"id": "e1", "topic": 7, "document_id": "d1"}',
            "the message is no object with the texts id, topic, document_id",
        ),
        (json.dumps({**EVENT, "document_id": "422"}), "the agent answered 422"),
        (json.dumps({**EVENT, "document_id": "413"}), "the agent answered 413"),
    ],
)
@pytest.mark.usefixtures("queue")
def test_what_can_never_be_accepted_is_a_dead_letter_at_once_and_the_rest_of_its_batch_is_delivered(
    pump: ModuleType, agent: Agent, body: str, reason: str
) -> None:
    batch = [record("m1", "d1"), record("m2", "", receives=1, body=body), record("m3", "d3")]
    del batch[1]["messageAttributes"]["topic"]
    assert pump.handler({"Records": batch}, None) == {"batchItemFailures": []}
    assert {"d1", "d3"} <= {each["document_id"] for each in agent.deliveries}
    ((dead, said),) = dead_letters()
    assert (dead, said["reason"], said["attempts"]) == (body, reason, "1")


@pytest.mark.parametrize("status", ["502", "504"])
def test_what_fails_while_others_succeed_counts_as_refused(queue: str, pump: ModuleType, status: str) -> None:
    batch = [record("m1", "d1"), record("m2", status)]
    assert pump.handler({"Records": batch}, None) == {"batchItemFailures": [{"itemIdentifier": "m2"}]}
    assert attribute(queue, "ApproximateNumberOfMessagesDelayed") == 0


def test_an_agent_that_is_held_is_no_message_s_fault(queue: str, pump: ModuleType) -> None:
    batch = [record("m1", "d1"), record("m2", "503", receives=5)]
    assert pump.handler({"Records": batch}, None) == {"batchItemFailures": []}
    assert attribute(queue, "ApproximateNumberOfMessagesDelayed") == 1
    assert dead_letters() == []


@pytest.mark.usefixtures("queue")
def test_what_cannot_be_sent_elsewhere_stays_with_sqs_and_the_rest_is_not_delivered_again(
    pump: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("QUEUE_URL", "DEAD_LETTER_QUEUE_URL"):
        monkeypatch.setenv(name, "https://sqs.us-east-1.amazonaws.com/123456789012/gone")
    batch = [record("m1", "d1"), record("m2", "503"), record("m3", "404", receives=5), record("m4", "", body="{")]
    failed = pump.handler({"Records": batch}, None)["batchItemFailures"]
    assert [each["itemIdentifier"] for each in failed] == ["m2", "m3", "m4"]


@pytest.mark.usefixtures("queue")
def test_what_no_header_can_hold_is_delivered_without_it(pump: ModuleType, agent: Agent) -> None:
    body = json.dumps({**EVENT, "id": "e\n1", "request_id": "r\r\nX-Other: 1"})
    assert pump.handler({"Records": [record("m1", "", body=body)]}, None) == {"batchItemFailures": []}
    ((_, headers),) = agent.headers
    assert not {"X-Request-Id", "Idempotency-Key", "X-Other"} & set(headers)


def test_a_batch_ends_before_its_time_however_slow_everybody_is(pump: ModuleType) -> None:
    assert pump.ANSWERS_WITHIN + pump.SENDINGS * pump.SENT_WITHIN < DELIVERY
    assert VISIBILITY.to_seconds() >= 6 * DELIVERY
    assert timedelta(seconds=pump.ANSWERS_WITHIN) == PUSHED_FOR


@pytest.mark.parametrize("status", ["401", "403", "408", "429", "502", "503", "504"])
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
