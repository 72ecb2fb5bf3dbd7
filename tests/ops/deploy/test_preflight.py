"""All that is wrong with a deployment is told before anything is done."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from ops.deployment import cdk
from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.preflight import BOOTSTRAP_PARAMETER, DASHBOARD, problems
from tests.ops.played_aws import IMAGE, PlayedAws

Told: TypeAlias = Callable[[dict[str, str]], list[str]]
CONTEXT = {"imageUri": f"{IMAGE}:2"}


@pytest.fixture
def told(checkout: Path) -> Told:
    """All that is wrong there with a context."""
    return lambda context: [problem.sentence for problem in problems(context, checkout)]


@pytest.mark.usefixtures("bootstrapped")
def test_nothing_is_wrong_when_all_is_there(told: Told) -> None:
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


@pytest.mark.usefixtures("bootstrapped")
def test_a_dashboard_that_is_not_built_is_told(checkout: Path, told: Told) -> None:
    (checkout / DASHBOARD).unlink()
    assert told(CONTEXT) == ["There is no dashboard/dist/index.html; run `make dashboard`."]


@pytest.mark.usefixtures("bootstrapped")
def test_the_images_of_the_simulator_and_the_load_test_are_looked_for_too(told: Told) -> None:
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


@pytest.mark.usefixtures("bootstrapped")
def test_a_settings_file_that_is_gone_is_told(told: Told) -> None:
    assert told({**CONTEXT, "settingsFile": "gone"}) == [
        "settingsFile is gone, which cannot be read: No such file or directory."
    ]


def test_a_refusal_of_another_kind_is_told_as_it_is(bootstrapped: PlayedAws, told: Told) -> None:
    refusal = {"__type": "AccessDeniedException", "message": "no identity-based policy allows it"}
    bootstrapped.compute["ListServices"] = (400, refusal)
    (sentence,) = told(CONTEXT)
    assert sentence.startswith("Asking App Runner for its services is not allowed to these credentials")
    assert "compute=express" not in sentence


@pytest.mark.usefixtures("bootstrapped")
@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "There are no AWS credentials"),
        ({"AWS_PROFILE": "nobody"}, "The config profile (nobody) could not be found"),
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": ""}, "There is no AWS region"),
    ],
)
def test_credentials_and_a_region_are_needed(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], said: str
) -> None:
    for name, value in variables.items():
        if value:
            monkeypatch.setenv(name, value)
        else:
            monkeypatch.delenv(name)
    (problem,) = problems(CONTEXT, checkout)
    assert problem.sentence.startswith(said)
    assert problem.exit_code == Exit.NOT_ALLOWED


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
