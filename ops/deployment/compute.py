"""What the compute says of its latest deployment, which CloudFormation does not."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3

from ops.deployment.aws import CONFIG, asking

if TYPE_CHECKING:
    from types_boto3_ecs import ECSClient

ENDED_WELL = {"SUCCEEDED", "SUCCESSFUL"}
UNDER_WAY = {"PENDING", "IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "STOP_REQUESTED", "STOPPING", "ROLLBACK_REQUESTED"}


@dataclass(frozen=True, kw_only=True)
class LatestDeployment:
    """The newest deployment of the service on its platform."""

    platform: str  # its name for people
    operation: str  # what was done, in the platform's own words; empty when it tells of none
    status: str
    image: str  # that runs

    @property
    def succeeded(self) -> bool:
        """Whether what was asked for runs."""
        return self.status in ENDED_WELL

    @property
    def under_way(self) -> bool:
        """Whether it has not ended yet."""
        return self.status in UNDER_WAY

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
        operations = client.list_operations(ServiceArn=arn, MaxResults=1)["OperationSummaryList"]
        service = client.describe_service(ServiceArn=arn)["Service"]
    newest = operations[0] if operations else {}
    image = service["SourceConfiguration"].get("ImageRepository", {}).get("ImageIdentifier", "")
    return LatestDeployment(
        platform="App Runner", operation=newest.get("Type", ""), status=newest.get("Status", ""), image=image
    )


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
