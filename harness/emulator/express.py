"""What ECS's API tells of the services of Express Mode. Standard library alone."""

import secrets
from collections.abc import Mapping
from typing import Any

from harness.emulator.app_runner import ACCOUNT, REGION, Service, Services

API = "AmazonEC2ContainerServiceV20141113."

STATUSES = {
    "IN_PROGRESS": "IN_PROGRESS",
    "SUCCEEDED": "SUCCESSFUL",
    "ROLLBACK_SUCCEEDED": "ROLLBACK_SUCCESSFUL",
    "FAILED": "ROLLBACK_FAILED",
}
"""ECS's words for what became of a deployment, by App Runner's."""


def arn_of(cluster: str, name: str) -> str:
    """The name of a service of Express Mode."""
    return f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/{cluster}/{name}-{secrets.token_hex(4)}"


def answer(services: Services, operation: str, body: Mapping[str, Any]) -> dict[str, Any] | None:
    """What is answered; None where the question is about nothing of ours."""
    asked = [body.get("service", ""), *body.get("services", []), body.get("taskDefinition", "").partition("#")[0]]
    service = next((services.by_arn[arn] for arn in asked if arn in services.by_arn), None)
    if service is None:
        return None
    answers = {
        "ListServiceDeployments": _deployments,
        "DescribeServices": _described,
        "DescribeTaskDefinition": _definition,
    }
    return answers[operation](service) if operation in answers else None


def _deployments(service: Service) -> dict[str, Any]:
    return {
        "serviceDeployments": [
            {"serviceArn": service.arn, "status": STATUSES[each["Status"]], "createdAt": each["StartedAt"]}
            for each in service.operations
        ]
    }


def _described(service: Service) -> dict[str, Any]:
    status = {"serviceArn": service.arn, "status": "ACTIVE", "taskDefinition": f"{service.arn}#definition"}
    return {"services": [status], "failures": []}


def _definition(service: Service) -> dict[str, Any]:
    container = {"name": "Main", "image": service.image}
    return {"taskDefinition": {"taskDefinitionArn": f"{service.arn}#definition", "containerDefinitions": [container]}}
