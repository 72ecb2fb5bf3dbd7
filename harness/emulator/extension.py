"""What we add to ministack, so that the stacks deploy there and what they describe runs. Loaded by hypercorn.

It runs in the emulator's environment; the service runs on the project's own interpreter.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from ministack import app as ministack
from ministack.services.cloudformation import provisioners, stacks

sys.path.insert(0, str(Path(__file__).parents[2]))  # the project is not installed in this environment
from harness.emulator import account, app_runner, bucket_deployments, distributions, express
from harness.emulator.launch import of_app_runner, of_express, without_tls

Properties = dict[str, Any]
Made = tuple[str, dict[str, str]]

SLOW = {"AWS::AppRunner::Service", "AWS::ECS::ExpressGatewayService", *account.TYPES}
"""Types whose making takes seconds or asks this very server."""

RECORDED = ("AWS::EC2::SecurityGroupIngress", "AWS::ECS::ClusterCapacityProviderAssociations")
"""Types that ministack does not know, and that change nothing here."""

_services = app_runner.Services(os.environ)


def _service(name_of: Any, launch_of: Any, attributes_of: Any) -> dict[str, Any]:
    def create(logical_id: str, properties: Properties, stack: str) -> Made:
        service = _services.create(name_of(f"{stack}-{logical_id}", properties), launch_of(properties))
        return service.arn, attributes_of(service)

    def update(arn: str, _: Properties, properties: Properties, __: str) -> Made:
        service = _services.by_arn[arn]
        service.update(launch_of(properties))
        return arn, attributes_of(service)

    return {"create": create, "update": update, "delete": lambda arn, _: _services.delete(arn)}


def _plain_function(properties: Properties) -> Properties:
    variables = properties.get("Environment", {}).get("Variables", {})
    return {**properties, "Environment": {"Variables": without_tls(variables)}}


def _recorded(kind: str, attribute: str) -> dict[str, Any]:
    """The handlers of a resource that has a name and does nothing here."""

    def create(logical_id: str, _: Properties, stack: str) -> Made:
        arn = app_runner.arn_of(kind, f"{stack}-{logical_id}")
        return arn, {attribute: arn}

    return {"create": create, "delete": lambda _, __: None}


_handlers = provisioners._RESOURCE_HANDLERS
_handlers["AWS::AppRunner::Service"] = _service(
    lambda name, _: app_runner.arn_of("service", name), of_app_runner, lambda service: service.attributes
)
_handlers["AWS::ECS::ExpressGatewayService"] = _service(
    lambda name, properties: express.arn_of(properties["Cluster"], name),
    of_express,
    lambda service: {"ServiceArn": service.arn, "Endpoint": service.attributes["ServiceUrl"]},
)
_handlers["AWS::AppRunner::AutoScalingConfiguration"] = _recorded(
    "autoscalingconfiguration", "AutoScalingConfigurationArn"
)
for kind in RECORDED:
    _handlers[kind] = _recorded(kind.rpartition("::")[2].lower(), "Id")
_handlers["Custom::CDKBucketDeployment"] = {
    "create": bucket_deployments.create,
    "update": bucket_deployments.update,
    "delete": bucket_deployments.delete,
}
_handlers["Custom::S3AutoDeleteObjects"] = _recorded("autodelete", "Id") | {"delete": bucket_deployments.empty}
_handlers.update(account.TYPES)
_handlers["AWS::CloudWatch::Alarm"] = account.without_metric_math(_handlers["AWS::CloudWatch::Alarm"])
_handlers["AWS::CloudFront::Distribution"] = distributions.with_edges(_handlers["AWS::CloudFront::Distribution"])
_handlers["AWS::CloudFront::ResponseHeadersPolicy"] = distributions.with_policies_noted(
    _handlers["AWS::CloudFront::ResponseHeadersPolicy"]
)
_function = dict(_handlers["AWS::Lambda::Function"])
_handlers["AWS::Lambda::Function"] = _function | {
    "create": lambda logical_id, properties, stack: _function["create"](logical_id, _plain_function(properties), stack)
}

_slow = stacks._runs_on_worker_thread
stacks._runs_on_worker_thread = lambda kind: kind in SLOW or _slow(kind)


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer for App Runner and for what is ours of ECS, and leave everything else to ministack."""
    target = dict(scope.get("headers", ())).get(b"x-amz-target", b"").decode()
    if not target.startswith(("AppRunner.", express.API)):
        await ministack.app(scope, receive, send)
        return
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    asked, status = json.loads(body or b"{}"), 200
    if target.startswith(express.API):
        answer = express.answer(_services, target.removeprefix(express.API), asked)
    else:
        status, answer = await asyncio.to_thread(_services.answer, target.removeprefix("AppRunner."), asked)
    if answer is None:
        await ministack.app(scope, _once_more(body, receive), send)
        return
    headers = [(b"content-type", b"application/x-amz-json-1.1")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(answer).encode()})


def _once_more(body: bytes, receive: Any) -> Any:
    """What gives a request's body that we have taken to the next who asks for it."""
    taken = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Any:
        return taken.pop() if taken else await receive()

    return again
