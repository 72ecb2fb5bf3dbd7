"""The application whose deployment ends half-way: a revision that is not healthy, then what cannot be made."""

import aws_cdk as cdk
import pytest

from stacks.application import build
from stacks.deployment import parse
from tests.deployed.broken_stacks import wrong_health_path

if __name__ == "__main__":
    wrong_health_path(pytest.MonkeyPatch())
    app = cdk.App()
    deployment = parse(app.node.get_all_context())
    build(app, deployment)
    edge = app.node.find_child(deployment.stack_name("Edge"))
    assert isinstance(edge, cdk.Stack)
    of_nobody = {"AuthType": "AWS_IAM", "TargetFunctionArn": "nobody"}
    cdk.CfnResource(edge, "Nobody", type="AWS::Lambda::Url", properties=of_nobody)
    app.synth()
