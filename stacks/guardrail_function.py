"""The Lambda function that stops the service when the budget is spent."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.compute import Compute
from stacks.python_function import python_function

CODE = Path(__file__).with_name("guardrail")

STOPPING = {
    "apprunner": ("apprunner:DescribeService", "apprunner:PauseService"),
    "express": ("ecs:DescribeExpressGatewayService", "ecs:UpdateExpressGatewayService"),
}
"""What it takes on each compute."""


class GuardrailFunction(Construct):
    """May stop this one service, and nothing else."""

    def __init__(self, scope: Construct, construct_id: str, *, compute: Compute, spent: sns.ITopic) -> None:
        super().__init__(scope, construct_id)
        function = python_function(
            self,
            code=CODE,
            timeout=cdk.Duration.seconds(30),
            environment={"COMPUTE": compute.kind, "SERVICE_ARN": compute.arn},
        )
        function.add_to_role_policy(iam.PolicyStatement(actions=list(STOPPING[compute.kind]), resources=[compute.arn]))
        function.add_event_source(sources.SnsEventSource(spent))
