"""What each compute tells of its latest deployment."""

from ops.deployment.compute import LatestDeployment, latest_deployment
from tests.ops.played_aws import IMAGE, SERVICE_ARN, PlayedAws

ON_ECS = "arn:aws:ecs:us-east-1:123456789012:service/ballast/web"


def test_app_runner_tells_its_latest_operation_and_the_image_that_runs(aws: PlayedAws) -> None:
    aws.runs(f"{IMAGE}:1", "ROLLBACK_SUCCEEDED")
    assert latest_deployment(aws.session, SERVICE_ARN) == LatestDeployment(
        platform="App Runner", operation="UPDATE_SERVICE", status="ROLLBACK_SUCCEEDED", image=f"{IMAGE}:1"
    )


def test_a_pause_and_a_resumption_are_no_deployments_and_hide_none(aws: PlayedAws) -> None:
    aws.runs(f"{IMAGE}:1", "ROLLBACK_SUCCEEDED", service="PAUSED", later=["PAUSE_SERVICE"])
    paused = latest_deployment(aws.session, SERVICE_ARN)
    assert (paused.operation, paused.rolled_back, paused.stopped) == ("UPDATE_SERVICE", True, True)
    aws.runs(f"{IMAGE}:1", "ROLLBACK_SUCCEEDED", later=["PAUSE_SERVICE", "RESUME_SERVICE"])
    resumed = latest_deployment(aws.session, SERVICE_ARN)
    assert (resumed.operation, resumed.rolled_back, resumed.stopped) == ("UPDATE_SERVICE", True, False)


def test_a_service_that_is_being_resumed_is_under_way(aws: PlayedAws) -> None:
    aws.runs(f"{IMAGE}:1", "SUCCEEDED", service="OPERATION_IN_PROGRESS", later=["PAUSE_SERVICE", "RESUME_SERVICE"])
    latest = latest_deployment(aws.session, SERVICE_ARN)
    assert (latest.under_way, latest.stopped) == (True, False)


def test_ecs_tells_its_newest_deployment_and_the_image_of_the_main_container(aws: PlayedAws) -> None:
    aws.runs_on_ecs(f"{IMAGE}:2", "ROLLBACK_SUCCESSFUL", "SUCCESSFUL")
    assert latest_deployment(aws.session, ON_ECS) == LatestDeployment(
        platform="ECS", operation="deployment", status="SUCCESSFUL", image=f"{IMAGE}:2"
    )


def test_a_service_without_a_deployment_tells_of_none(aws: PlayedAws) -> None:
    aws.runs_on_ecs(f"{IMAGE}:2")
    latest = latest_deployment(aws.session, ON_ECS)
    assert (latest.operation, latest.succeeded, latest.under_way) == ("", False, False)
