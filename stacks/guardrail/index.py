"""Stops what costs by the hour, when the budget of the month is spent.

A paused service of App Runner answers nobody until it is resumed; one of ECS Express Mode cannot be paused, and goes on
with one task. What is in the way of either, such as a deployment, raises, and the queue asks again minutes later.
"""

import logging
import os

import boto3

LEAST = 1  # tasks; ECS Express Mode does not wake from none


def handler(_: object, __: object) -> None:
    """Whatever was asked: the queue has no other occasion."""
    arn = os.environ["SERVICE_ARN"]
    stopped = _paused(arn) if os.environ["COMPUTE"] == "apprunner" else _scaled_down(arn)
    logging.getLogger().warning("the budget is spent: %s %s", arn, stopped)


def _paused(arn: str) -> str:
    client = boto3.client("apprunner")
    if client.describe_service(ServiceArn=arn)["Service"]["Status"] == "PAUSED":
        return "was paused already"
    client.pause_service(ServiceArn=arn)
    return "is paused; aws apprunner resume-service starts it again"


def _scaled_down(arn: str) -> str:
    client = boto3.client("ecs")
    configurations = client.describe_express_gateway_service(serviceArn=arn)["service"]["activeConfigurations"]
    target = configurations[0]["scalingTarget"]
    if target["maxTaskCount"] == LEAST:
        return f"had {LEAST} task already"
    client.update_express_gateway_service(
        serviceArn=arn, scalingTarget={**target, "minTaskCount": LEAST, "maxTaskCount": LEAST}
    )
    return f"goes on with {LEAST} task; aws ecs update-express-gateway-service lets it scale again"
