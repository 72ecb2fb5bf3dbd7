"""What AWS says of the deployment."""

from dataclasses import replace

import pytest

from ops.checks import alarms, bucket, budget, latest_deployment
from ops.checks.finding import Verdict
from ops.deployment.bucket import BLOCKS, BucketAccess
from ops.deployment.budget import Budget
from ops.deployment.compute import LatestDeployment


def deployment(status: str, image: str = "image:2", operation: str = "UPDATE_SERVICE") -> LatestDeployment:
    return LatestDeployment(platform="App Runner", operation=operation, status=status, image=image)


@pytest.mark.parametrize("status", ["SUCCEEDED", "SUCCESSFUL"])
def test_a_deployment_that_succeeded_runs_what_was_asked_for(status: str) -> None:
    assert latest_deployment.judge(deployment(status), image="image:2").verdict is Verdict.PASS


def test_a_rolled_back_revision_fails_although_cloudformation_said_success() -> None:
    finding = latest_deployment.judge(deployment("ROLLBACK_SUCCEEDED", "image:1"), image="image:2")
    assert (finding.verdict, finding.seen) == (
        Verdict.FAIL,
        (
            "App Runner's UPDATE_SERVICE: ROLLBACK_SUCCEEDED. The revision was rolled back, although "
            "CloudFormation said success; image:1 runs; the stacks ask for image:2"
        ),
    )


@pytest.mark.parametrize(
    ("latest", "said"),
    [
        (deployment("ROLLBACK_SUCCEEDED"), "image:2 runs"),  # of another environment, with the same image
        (deployment("FAILED"), "App Runner's UPDATE_SERVICE: FAILED"),
        (deployment("IN_PROGRESS"), "App Runner's UPDATE_SERVICE: IN_PROGRESS"),
        (deployment("", operation=""), "App Runner tells of no deployment"),
        (deployment("SUCCEEDED", "image:1"), "image:1 runs; the stacks ask for image:2"),
        (deployment("SUCCEEDED", ""), "no image runs; the stacks ask for image:2"),
    ],
)
def test_anything_but_success_with_the_image_asked_for_fails(latest: LatestDeployment, said: str) -> None:
    finding = latest_deployment.judge(latest, image="image:2")
    assert finding.verdict is Verdict.FAIL
    assert said in finding.seen


def test_a_paused_service_fails_and_is_to_be_resumed() -> None:
    finding = latest_deployment.judge(replace(deployment("SUCCEEDED"), service="PAUSED"), image="image:2")
    assert (finding.verdict, finding.seen) == (Verdict.FAIL, "the service is PAUSED: it runs nothing")
    assert "aws apprunner resume-service" in finding.next_step


def test_a_service_that_is_still_being_changed_fails_and_is_to_be_waited_for() -> None:
    changing = replace(deployment("SUCCEEDED"), service="OPERATION_IN_PROGRESS")
    finding = latest_deployment.judge(changing, image="image:2")
    assert (finding.verdict, finding.next_step) == (Verdict.FAIL, "Wait until it has ended, and verify again.")


def test_alarms_exist_and_none_is_raised() -> None:
    assert alarms.judge(["a", "b"], {"a": "OK", "b": "INSUFFICIENT_DATA"}).verdict is Verdict.PASS
    finding = alarms.judge(["a", "b", "c"], {"a": "ALARM", "b": "OK"})
    assert (finding.verdict, finding.seen) == (Verdict.FAIL, "c does not exist; a is in ALARM")


def test_the_budget_exists() -> None:
    assert budget.judge("b", Budget(limit="100 USD", spent="3 USD")).seen == "b: 3 USD of 100 USD"
    assert budget.judge("b", None).verdict is Verdict.FAIL


ALL = dict.fromkeys(BLOCKS, True)


@pytest.mark.parametrize("public", [False, None])
def test_a_bucket_that_blocks_every_public_access_is_private(public: bool | None) -> None:
    assert bucket.judge(BucketAccess(name="b", blocked=ALL, public_by_policy=public)).verdict is Verdict.PASS


@pytest.mark.parametrize("block", BLOCKS)
def test_each_block_that_is_off_is_named(block: str) -> None:
    finding = bucket.judge(BucketAccess(name="b", blocked=ALL | {block: False}, public_by_policy=False))
    assert (finding.verdict, finding.seen) == (Verdict.FAIL, f"b: {block} is off")


def test_a_public_policy_and_an_anonymous_read_fail() -> None:
    public = bucket.judge(BucketAccess(name="b", blocked=ALL, public_by_policy=True))
    assert public.seen == "b: its policy makes it public"
    assert bucket.judge_anonymous_read("b", read=True, emulated=False).verdict is Verdict.FAIL
    assert bucket.judge_anonymous_read("b", read=False, emulated=False).verdict is Verdict.PASS
    assert bucket.judge_anonymous_read("b", read=True, emulated=True).verdict is Verdict.NOT_ASKED
