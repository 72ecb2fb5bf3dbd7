"""What we add to ministack: App Runner, played by real processes. Loaded by hypercorn, in the emulator's environment.

It imports ministack and the standard library alone; the service runs on the project's own interpreter.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from ministack import app as ministack
from ministack.services.cloudformation import provisioners, stacks

sys.path.insert(0, str(Path(__file__).parent))
import app_runner

Properties = dict[str, Any]

_services = app_runner.Services(os.environ)


def _create(logical_id: str, properties: Properties, stack: str) -> tuple[str, dict[str, str]]:
    service = _services.create(f"{stack}-{logical_id}", properties)
    return service.arn, service.attributes


def _update(arn: str, _: Properties, properties: Properties, stack: str) -> tuple[str, dict[str, str]]:
    del stack
    service = _services.by_arn[arn]
    service.update(properties)
    return arn, service.attributes


def _delete(arn: str, _: Properties) -> None:
    _services.delete(arn)


def _create_scaling(logical_id: str, _: Properties, stack: str) -> tuple[str, dict[str, str]]:
    arn = app_runner.arn_of("autoscalingconfiguration", f"{stack}-{logical_id}")
    return arn, {"AutoScalingConfigurationArn": arn}


def _without_tls(properties: Properties) -> Properties:
    """Nothing here speaks TLS: a function that is told to call our App Runner by HTTPS calls it plainly."""
    environment: dict[str, str] = properties.get("Environment", {}).get("Variables", {})
    plain = {name: value.replace("https://127.0.0.1:", "http://127.0.0.1:") for name, value in environment.items()}
    return {**properties, "Environment": {"Variables": plain}}


_handlers = provisioners._RESOURCE_HANDLERS  # noqa: SLF001 - there is no public way to add a type
_handlers["AWS::AppRunner::Service"] = {"create": _create, "update": _update, "delete": _delete}
_handlers["AWS::AppRunner::AutoScalingConfiguration"] = {"create": _create_scaling, "delete": lambda _, __: None}
_function = dict(_handlers["AWS::Lambda::Function"])
_handlers["AWS::Lambda::Function"] = _function | {
    "create": lambda logical_id, properties, stack: _function["create"](logical_id, _without_tls(properties), stack)
}

# Starting a service takes seconds, in which it asks this very server for its secrets.
_slow = stacks._runs_on_worker_thread  # noqa: SLF001 - as above
stacks._runs_on_worker_thread = lambda kind: kind == "AWS::AppRunner::Service" or _slow(kind)  # noqa: SLF001


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI, as ministack has it
    """Answer for App Runner, and leave everything else to ministack."""
    target = dict(scope.get("headers", ())).get(b"x-amz-target", b"").decode()
    if not target.startswith("AppRunner."):
        await ministack.app(scope, receive, send)
        return
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    status, answer = _services.answer(target.removeprefix("AppRunner."), json.loads(body or b"{}"))
    headers = [(b"content-type", b"application/x-amz-json-1.0")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(answer).encode()})
