"""`ops deploy`: what it refuses before it begins, and what it tells when `cdk deploy` failed."""

import json
import stat
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import boto3
import pytest

from ops import delivery
from ops.commands.deploy import deploy
from ops.delivery import how_to_go_on
from ops.deployment import cdk, image_history, stacks
from ops.deployment.stacks import Failure, StackState
from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.preflight import BOOTSTRAP_PARAMETER, DASHBOARD, problems
from tests.ops.conftest import Ops, Place
from tests.ops.played_aws import IMAGE, PlayedAws, PlayedStack

Told: TypeAlias = Callable[[dict[str, str]], list[str]]
CONTEXT = {"imageUri": f"{IMAGE}:2"}


@pytest.fixture
def bootstrapped(aws: PlayedAws) -> PlayedAws:
    """All that a deployment needs."""
    parameters = aws.session.client("ssm")
    parameters.put_parameter(Name=BOOTSTRAP_PARAMETER, Value="30", Type="String")
    aws.push("1", "2")
    return aws


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with what `cdk deploy` looks for."""
    page = tmp_path / "checkout" / DASHBOARD
    page.parent.mkdir(parents=True)
    page.touch()
    (tmp_path / "checkout" / "cdk.json").write_text("{}", encoding="utf-8")
    return tmp_path / "checkout"


@pytest.fixture
def told(checkout: Path) -> Told:
    """All that is wrong there with a context."""
    return lambda context: [problem.sentence for problem in problems(context, checkout)]


def test_nothing_is_wrong_when_all_is_there(bootstrapped: PlayedAws, told: Told) -> None:
    assert bootstrapped.url
    assert told(CONTEXT) == []


def test_a_new_account_and_a_wrong_image_are_told_at_once(
    aws: PlayedAws, monkeypatch: pytest.MonkeyPatch, told: Told
) -> None:
    refusal = {"__type": "SubscriptionRequiredException", "message": "The account needs a subscription"}
    aws.compute["ListServices"] = (400, refusal)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    assert told({"imageUri": "999999999999.dkr.ecr.eu-west-1.amazonaws.com/ballast:2"}) == [
        (
            "imageUri is of account 999999999999, the AWS credentials are of 123456789012; "
            "sign in to the image's account, or push the image to this one."
        ),
        (
            "imageUri is in eu-west-1, the AWS region is us-east-1; "
            "set AWS_REGION=eu-west-1, or push the image to us-east-1."
        ),
        "The account is not bootstrapped in this region; `cdk bootstrap aws://123456789012/us-east-1`, once.",
        (
            "App Runner has taken no new customers since 2026-04-30, and refuses this account. "
            "Deploy on ECS Express Mode instead: -c compute=express. "
            "AWS said: Asking App Runner for its services was refused "
            "(SubscriptionRequiredException: The account needs a subscription)."
        ),
    ]
    assert not any("App Runner" in sentence for sentence in told({**CONTEXT, "compute": "express"}))


def test_an_old_bootstrap_and_an_absent_image_are_told(bootstrapped: PlayedAws, told: Told) -> None:
    parameters = bootstrapped.session.client("ssm")
    parameters.put_parameter(Name=BOOTSTRAP_PARAMETER, Value="5", Type="String", Overwrite=True)
    assert told({"imageUri": f"{IMAGE}:9"}) == [
        "The bootstrap stack is version 5; expected 6 or newer: `cdk bootstrap aws://123456789012/us-east-1`.",
        f"There is no image {IMAGE}:9 in ECR; push it, or name one that is there.",
    ]


def test_a_dashboard_that_is_not_built_is_told(bootstrapped: PlayedAws, checkout: Path, told: Told) -> None:
    assert bootstrapped.url
    (checkout / DASHBOARD).unlink()
    assert told(CONTEXT) == ["There is no dashboard/dist/index.html; run `make dashboard`."]


def test_the_images_of_the_simulator_and_the_load_test_are_looked_for_too(bootstrapped: PlayedAws, told: Told) -> None:
    assert bootstrapped.url
    there = {**CONTEXT, "simulatorImageUri": f"{IMAGE}:1", "loadtestImageUri": f"{IMAGE}:1"}
    assert told(there) == []
    assert told({**there, "loadtestImageUri": f"{IMAGE}:9"}) == [
        f"There is no image {IMAGE}:9 in ECR; push it, or name one that is there."
    ]
    wrong = told(
        {**there, "simulatorImageUri": "simulator", "loadtestImageUri": IMAGE.replace("us-east-1", "x-1") + ":1"}
    )
    assert [sentence.partition(";")[0] for sentence in wrong] == [
        "simulatorImageUri is simulator",
        "loadtestImageUri is in x-1, the AWS region is us-east-1",
    ]


def test_a_settings_file_that_is_gone_is_told(bootstrapped: PlayedAws, told: Told) -> None:
    assert bootstrapped.url
    assert told({**CONTEXT, "settingsFile": "gone"}) == [
        "settingsFile is gone, which cannot be read: No such file or directory."
    ]


def test_a_refusal_of_another_kind_is_told_as_it_is(bootstrapped: PlayedAws, told: Told) -> None:
    refusal = {"__type": "AccessDeniedException", "message": "no identity-based policy allows it"}
    bootstrapped.compute["ListServices"] = (400, refusal)
    (sentence,) = told(CONTEXT)
    assert sentence.startswith("Asking App Runner for its services is not allowed to these credentials")
    assert "compute=express" not in sentence


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "There are no AWS credentials"),
        ({"AWS_PROFILE": "nobody"}, "The config profile (nobody) could not be found"),
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": ""}, "There is no AWS region"),
    ],
)
def test_credentials_and_a_region_are_needed(
    bootstrapped: PlayedAws, checkout: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], said: str
) -> None:
    assert bootstrapped.url
    for name, value in variables.items():
        if value:
            monkeypatch.setenv(name, value)
        else:
            monkeypatch.delenv(name)
    (problem,) = problems(CONTEXT, checkout)
    assert problem.sentence.startswith(said)
    assert problem.exit_code == Exit.NOT_ALLOWED


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Makes a program that is the only one of its name."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", "")

    def make(name: str, prints: str) -> None:
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho {prints}\n", encoding="utf-8")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    return make


@pytest.mark.usefixtures("bootstrapped")
def test_the_tools_are_needed(tool: Callable[[str, str], None], tmp_path: Path, told: Told) -> None:
    assert [problem.sentence for problem in problems(CONTEXT, tmp_path)] == [
        f"There is no cdk.json in {tmp_path}; run this in the checkout of Ballast.",
        "Node is missing; `make .venv/.ready` puts it into .venv/bin.",
        "The CDK's command line, cdk, is missing; `make .venv/.ready` puts it into .venv/bin.",
    ]
    with pytest.raises(OperationError, match="cdk, is missing"):
        cdk.run(["cdk", "deploy"], region="us-east-1", silent_output=True)
    tool("node", "v20.19.0")
    tool("cdk", "")
    assert told(CONTEXT) == [f"{tmp_path}/node is Node 20; expected 22 or newer, as `make .venv/.ready` has it."]
    tool("node", "v22.1.0")
    assert told(CONTEXT) == []


def test_all_problems_come_in_one_message_before_anything_is_done(ops: Ops) -> None:
    made = ops("deploy", "-c", "imageUri=ballast:2", "--yes", AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
    assert made.returncode == 5
    lines = made.stderr.splitlines()
    assert lines[0] == "Nothing was deployed:"
    assert [line.partition(";")[0].partition(" in ")[0] for line in lines[1:]] == [
        "- There is no cdk.json",
        "- imageUri is ballast:2",
        "- There are no AWS credentials",
    ]


def test_a_context_that_is_none_is_a_usage_error(ops: Ops) -> None:
    made = ops("deploy", "-c", "imageUri", "-c", "=x")
    assert (made.returncode, made.stderr) == (2, "-c imageUri: expected KEY=VALUE.\n-c =x: expected KEY=VALUE.\n")


def test_what_the_stacks_refuse_changes_nothing(
    bootstrapped: PlayedAws, ops: Ops, checkout: Path, tmp_path: Path
) -> None:
    assert bootstrapped.url
    refusing = tmp_path / "app.py"
    refusing.write_text("import sys\nsys.exit('budget is 0; expected more')\n", encoding="utf-8")
    output = {"CDK_OUTPUT": str(tmp_path / "cdk.out"), "CDK_APP": f"{sys.executable} {refusing}"}
    arguments = ("-c", f"imageUri={IMAGE}:2", "--yes", "--outputs-file", str(tmp_path / "outputs.json"))
    made = ops("deploy", *arguments, "--output", "json", folder=checkout, **output)
    assert made.returncode == 5
    assert "budget is 0; expected more" in made.stderr
    assert json.loads(made.stdout)["stacks"] == []


def test_a_deployment_that_is_still_under_way_is_waited_for(
    place: Place,
    bootstrapped: PlayedAws,
    checkout: Path,
    tool: Callable[[str, str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tool("node", "v22.1.0")
    tool("cdk", "deployed")
    monkeypatch.chdir(checkout)
    monkeypatch.setattr(delivery, "POLL", 0.01)
    bootstrapped.runs(f"{IMAGE}:1", "IN_PROGRESS")
    bootstrapped.soon_runs(f"{IMAGE}:2", "SUCCEEDED")
    deploy(context=[f"imageUri={IMAGE}:2", "budget=50"], outputs_file=place.outputs_file, yes=True)
    recorded = image_history.read(bootstrapped.session, "development")
    assert recorded == [image_history.Deployed(image=f"{IMAGE}:2", context={"budget": "50"})]


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
