"""The guardrail's function against a server that answers as the platforms do."""

import importlib.util
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import Any

import botocore.exceptions
import pytest

from stacks.guardrail_function import CODE
from tests.service.store.aws import ENVIRONMENT

SERVICE = "arn:aws:apprunner:us-east-1:123456789012:service/ballast/0123456789abcdef"


class Platform(ThreadingHTTPServer):
    """App Runner and ECS: each call is kept, and answered with what `answers` has for it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, dict[str, Any]] = {}
        self.refuses = ""


class _Answer(BaseHTTPRequestHandler):
    server: Platform

    def do_POST(self) -> None:
        operation = self.headers["X-Amz-Target"].rpartition(".")[2]
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.calls.append((operation, body))
        refused = operation == self.server.refuses
        answer = {"__type": "InvalidStateException"} if refused else self.server.answers.get(operation, {})
        content = json.dumps(answer).encode()
        self.send_response(400 if refused else 200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    server = Platform()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("SERVICE_ARN", SERVICE)
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def guardrail() -> ModuleType:
    spec = importlib.util.spec_from_file_location("guardrail", CODE / "index.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def on_app_runner(monkeypatch: pytest.MonkeyPatch, platform: Platform) -> Platform:
    monkeypatch.setenv("COMPUTE", "apprunner")
    platform.answers["DescribeService"] = {"Service": {"Status": "RUNNING"}}
    return platform


@pytest.fixture
def on_express(monkeypatch: pytest.MonkeyPatch, platform: Platform) -> Platform:
    monkeypatch.setenv("COMPUTE", "express")
    scaling = {"minTaskCount": 1, "maxTaskCount": 3, "autoScalingMetric": "AVERAGE_CPU", "autoScalingTargetValue": 60}
    platform.answers["DescribeExpressGatewayService"] = {
        "service": {"activeConfigurations": [{"scalingTarget": scaling}]}
    }
    return platform


def test_the_service_on_app_runner_is_paused(guardrail: ModuleType, on_app_runner: Platform) -> None:
    guardrail.handler({}, None)
    assert on_app_runner.calls[-1] == ("PauseService", {"ServiceArn": SERVICE})


def test_a_paused_service_is_left_alone(guardrail: ModuleType, on_app_runner: Platform) -> None:
    on_app_runner.answers["DescribeService"]["Service"]["Status"] = "PAUSED"
    guardrail.handler({}, None)
    assert [operation for operation, _ in on_app_runner.calls] == ["DescribeService"]


def test_the_queue_is_left_to_ask_again_while_a_deployment_is_in_the_way(
    guardrail: ModuleType, on_app_runner: Platform
) -> None:
    on_app_runner.refuses = "PauseService"
    with pytest.raises(botocore.exceptions.ClientError):
        guardrail.handler({}, None)


def test_the_service_on_express_goes_on_with_one_task(guardrail: ModuleType, on_express: Platform) -> None:
    guardrail.handler({}, None)
    operation, body = on_express.calls[-1]
    assert (operation, body["serviceArn"]) == ("UpdateExpressGatewayService", SERVICE)
    assert body["scalingTarget"] == {
        "minTaskCount": 1,
        "maxTaskCount": 1,
        "autoScalingMetric": "AVERAGE_CPU",
        "autoScalingTargetValue": 60,
    }


def test_a_service_on_express_that_has_one_task_is_left_alone(guardrail: ModuleType, on_express: Platform) -> None:
    on_express.answers["DescribeExpressGatewayService"]["service"]["activeConfigurations"][0]["scalingTarget"] = {
        "minTaskCount": 1,
        "maxTaskCount": 1,
    }
    guardrail.handler({}, None)
    assert [operation for operation, _ in on_express.calls] == ["DescribeExpressGatewayService"]
