"""What each compute tells of its latest deployment."""

from ops.deployment.compute import LatestDeployment, latest_deployment
from tests.ops.played_aws import IMAGE, SERVICE_ARN, PlayedAws

ON_ECS = "arn:aws:ecs:us-east-1:123456789012:service/ballast/web"


def test_app_runner_tells_its_latest_operation_and_the_image_that_runs(aws: PlayedAws) -> None:
    aws.runs(f"{IMAGE}:1", "ROLLBACK_SUCCEEDED")
    assert latest_deployment(aws.session, SERVICE_ARN) == LatestDeployment(
        platform="App Runner", operation="UPDATE_SERVICE", status="ROLLBACK_SUCCEEDED", image=f"{IMAGE}:1"
    )


def test_ecs_tells_its_newest_deployment_and_the_image_of_the_main_container(aws: PlayedAws) -> None:
    aws.runs_on_ecs(f"{IMAGE}:2", "ROLLBACK_SUCCESSFUL", "SUCCESSFUL")
    assert latest_deployment(aws.session, ON_ECS) == LatestDeployment(
        platform="ECS", operation="deployment", status="SUCCESSFUL", image=f"{IMAGE}:2"
    )


def test_a_service_without_a_deployment_tells_of_none(aws: PlayedAws) -> None:
    aws.runs_on_ecs(f"{IMAGE}:2")
    latest = latest_deployment(aws.session, ON_ECS)
    assert (latest.operation, latest.succeeded, latest.under_way) == ("", False, False)
