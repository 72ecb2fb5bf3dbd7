"""What the compute says of its latest deployment, which CloudFormation does not."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3

from ops.deployment.aws import CONFIG, asking

if TYPE_CHECKING:
    from types_boto3_apprunner import AppRunnerClient
    from types_boto3_apprunner.type_defs import OperationSummaryTypeDef
    from types_boto3_ecs import ECSClient

ENDED_WELL = {"SUCCEEDED", "SUCCESSFUL"}
UNDER_WAY = {"PENDING", "IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "STOP_REQUESTED", "STOPPING", "ROLLBACK_REQUESTED"}

DEPLOYS = {"CREATE_SERVICE", "UPDATE_SERVICE", "START_DEPLOYMENT"}
"""App Runner's operations that bring a revision; a pause, as the budget makes it, and a resumption bring none."""

RUNNING, CHANGING = "RUNNING", "OPERATION_IN_PROGRESS"


@dataclass(frozen=True, kw_only=True)
class LatestDeployment:
    """The newest deployment of the service on its platform."""

    platform: str  # its name for people
    operation: str  # what was done, in the platform's own words; empty when it tells of none
    status: str
    image: str  # that runs
    service: str = RUNNING  # its own state; ECS, which cannot pause one, tells of none

    @property
    def succeeded(self) -> bool:
        """Whether what was asked for runs."""
        return self.status in ENDED_WELL

    @property
    def under_way(self) -> bool:
        """Whether it has not ended yet."""
        return self.status in UNDER_WAY or self.service == CHANGING

    @property
    def stopped(self) -> bool:
        """Whether the service runs nothing, however its latest deployment ended."""
        return self.service not in {RUNNING, CHANGING}

    @property
    def rolled_back(self) -> bool:
        """Whether the platform went back to the revision before, whatever CloudFormation said."""
        return self.status.startswith("ROLLBACK")


def latest_deployment(session: boto3.Session, arn: str) -> LatestDeployment:
    """Of a service of App Runner or of ECS, by its ARN. Raises AwsError."""
    return _on_ecs(session, arn) if arn.split(":")[2] == "ecs" else _on_app_runner(session, arn)


def _on_app_runner(session: boto3.Session, arn: str) -> LatestDeployment:
    client = session.client("apprunner", config=CONFIG)
    with asking("Asking App Runner for the service's operations"):
        newest = next((each for each in _operations(client, arn) if each.get("Type") in DEPLOYS), None) or {}
        service = client.describe_service(ServiceArn=arn)["Service"]
    return LatestDeployment(
        platform="App Runner",
        operation=newest.get("Type", ""),
        status=newest.get("Status", ""),
        image=service["SourceConfiguration"].get("ImageRepository", {}).get("ImageIdentifier", ""),
        service=service["Status"],
    )


def _operations(client: "AppRunnerClient", arn: str) -> Iterator["OperationSummaryTypeDef"]:
    """Newest first, as App Runner gives them; the SDK has no paginator for them."""
    page = client.list_operations(ServiceArn=arn)
    yield from page["OperationSummaryList"]
    while token := page.get("NextToken"):
        page = client.list_operations(ServiceArn=arn, NextToken=token)
        yield from page["OperationSummaryList"]


def _on_ecs(session: boto3.Session, arn: str) -> LatestDeployment:
    client = session.client("ecs", config=CONFIG)
    cluster = arn.rpartition("/")[0].rpartition("/")[2]
    with asking("Asking ECS for the service's deployments"):
        made = client.list_service_deployments(service=arn, cluster=cluster)["serviceDeployments"]
        newest = max(made, key=lambda deployment: deployment["createdAt"], default=None)
        image = _image_on_ecs(client, cluster, arn)
    status = newest["status"] if newest else ""
    return LatestDeployment(platform="ECS", operation="deployment" if newest else "", status=status, image=image)


def _image_on_ecs(client: "ECSClient", cluster: str, arn: str) -> str:
    (service,) = client.describe_services(cluster=cluster, services=[arn])["services"]
    definition = client.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    return next((each["image"] for each in definition["containerDefinitions"] if each["name"] == "Main"), "")
