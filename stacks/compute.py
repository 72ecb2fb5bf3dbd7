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


def compute(scope: Construct, program: Program, vpc: ec2.IVpc | None) -> Compute:
    """Run a program, in a network where the compute needs one."""
    if vpc is None:
        return AppRunner(scope, "AppRunner", program=program)
    return Express(scope, "Express", program=program, vpc=vpc)
