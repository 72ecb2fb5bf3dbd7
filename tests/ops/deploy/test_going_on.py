"""When `cdk deploy` has failed, what failed first and the next command are told."""

from datetime import UTC, datetime

import boto3
import pytest

from ops.delivery import how_to_go_on
from ops.deployment import stacks
from ops.deployment.stacks import Failure, StackState
from tests.ops.played_aws import PlayedAws, PlayedStack


def state(name: str, status: str, failure: Failure | None = None) -> StackState:
    return StackState(
        name=name, status=status, changed_at=datetime(2026, 1, 1, tzinfo=UTC), outputs={}, failure=failure
    )


AGAIN = "ops deploy -c imageUri=x"


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ([], f"Mend what failed, and run the same command again; what is complete stays as it is:\n  {AGAIN}"),
        (
            [state("Data", "CREATE_COMPLETE"), state("Service", "UPDATE_ROLLBACK_IN_PROGRESS")],
            f"Wait until CloudFormation has ended with Service; then:\n  {AGAIN}",
        ),
        (
            [state("Service", "UPDATE_ROLLBACK_FAILED")],
            (
                "Bring what is stuck back to its last good state, then go on:\n"
                f"  cdk rollback Service -c imageUri=x\n  {AGAIN}"
            ),
        ),
    ],
)
def test_the_next_command_is_told_exactly(states: list[StackState], said: str) -> None:
    assert how_to_go_on(states, again=AGAIN, context={"imageUri": "x"}) == said


def test_an_app_runner_that_is_closed_is_explained_with_the_one_flag() -> None:
    reason = "AWS App Runner is not open to new customers (Service: AppRunner, Status Code: 400)"
    failure = Failure(resource="Scaling", kind="AWS::AppRunner::AutoScalingConfiguration", reason=reason)
    advice = how_to_go_on([state("Service", "ROLLBACK_COMPLETE", failure)], again=AGAIN, context={})
    assert advice.startswith("App Runner has taken no new customers since 2026-04-30")
    assert advice.endswith(f"\n  {AGAIN} -c compute=express")


def test_the_first_failed_resource_of_the_newest_operation_is_named(aws: PlayedAws) -> None:
    name = "Ballast-development-Service"
    of_stack = (name, "AWS::CloudFormation::Stack")
    aws.stacks = [
        PlayedStack(
            name=name,
            status="UPDATE_ROLLBACK_COMPLETE",
            events=[
                (*of_stack, "UPDATE_ROLLBACK_COMPLETE", ""),
                ("Pump", "AWS::Lambda::Function", "UPDATE_FAILED", "Resource update cancelled"),
                ("Role", "AWS::IAM::Role", "CREATE_FAILED", "a second reason"),
                ("Service", "AWS::AppRunner::Service", "UPDATE_FAILED", "the first reason"),
                (*of_stack, "UPDATE_IN_PROGRESS", "User Initiated"),
                ("Old", "AWS::IAM::Role", "CREATE_FAILED", "of an earlier deployment"),
            ],
        ),
        PlayedStack(name="Ballast-staging-Service", status="CREATE_COMPLETE"),
    ]
    (found,) = stacks.states(boto3.Session(), "development")
    assert found.failure == Failure(resource="Service", kind="AWS::AppRunner::Service", reason="the first reason")
