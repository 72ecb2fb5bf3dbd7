"""Which compute runs is what the context says, whatever networks there are."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk.assertions import Template

from stacks.compute import compute
from stacks.image import Image
from stacks.program import Program
from tests.stacks.conftest import IMAGE, Synthesized

APP_RUNNER, EXPRESS = "AWS::AppRunner::Service", "AWS::ECS::ExpressGatewayService"


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Some")


@pytest.fixture
def program() -> Program:
    return Program(
        image=Image.parsed(IMAGE),
        port=8000,
        health_path="/health/live",
        variables={},
        secrets={},
        instances=1,
        requests_at_once=1,
    )


@pytest.mark.parametrize(
    ("kind", "runs", "other"), [("apprunner", APP_RUNNER, EXPRESS), ("express", EXPRESS, APP_RUNNER)]
)
def test_a_network_does_not_decide_what_runs(
    stack: cdk.Stack, program: Program, kind: str, runs: str, other: str
) -> None:
    assert compute(stack, program, kind=kind, vpc=ec2.Vpc(stack, "Vpc")).kind == kind
    template = Template.from_stack(stack)
    template.resource_count_is(runs, 1)
    template.resource_count_is(other, 0)


def test_app_runner_runs_without_a_network(stack: cdk.Stack, program: Program) -> None:
    assert compute(stack, program, kind="apprunner", vpc=None).kind == "apprunner"


@pytest.mark.parametrize("kind", ["express", "lambda"])
def test_what_cannot_run_is_refused_and_not_run_elsewhere(stack: cdk.Stack, program: Program, kind: str) -> None:
    with pytest.raises(ValueError, match=f"compute is {kind}, network is None; expected apprunner, or express"):
        compute(stack, program, kind=kind, vpc=None)


def test_the_fault_lab_runs_where_the_service_does_though_there_is_a_network(lab: Synthesized) -> None:
    assert lab.has("Network")
    for concern in ("Service", "FaultLab"):
        lab.of(concern).resource_count_is(APP_RUNNER, 1)
