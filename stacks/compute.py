"""Where the service runs: App Runner, which takes no new customers, or ECS Express Mode."""

from collections.abc import Sequence
from typing import Protocol

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.app_runner import AppRunner
from stacks.express import Express
from stacks.program import Program
from stacks.signals import Signals


class Compute(Protocol):
    """A program that runs, reached by HTTPS at `host`."""

    @property
    def kind(self) -> str:
        """As the context names it."""

    @property
    def host(self) -> str:
        """The name under which the platform answers."""

    @property
    def arn(self) -> str:
        """The platform's service."""

    @property
    def role(self) -> iam.Role:
        """What the program may do is granted to it."""

    @property
    def saturation(self) -> Sequence[cloudwatch.Metric]:
        """How full it is, as the platform measures it."""

    @property
    def signals(self) -> Signals | None:
        """What the platform measures by itself; None where the program's own log is surely read."""


def compute(scope: Construct, program: Program, *, kind: str, vpc: ec2.IVpc | None) -> Compute:
    """Run a program on the compute that the context names, in the network where that one needs it."""
    if kind == AppRunner.kind:
        return AppRunner(scope, "AppRunner", program=program)
    if kind != Express.kind or vpc is None:
        raise ValueError(f"compute is {kind}, network is {vpc}; expected apprunner, or express with a network")
    return Express(scope, "Express", program=program, vpc=vpc)
