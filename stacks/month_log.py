"""A log that people read while it is of use, and nobody pays for afterwards."""

import aws_cdk as cdk
from aws_cdk import aws_logs as logs
from constructs import Construct


def month_log(scope: Construct) -> logs.LogGroup:
    """Kept for a month, and gone with its stack."""
    return logs.LogGroup(scope, "Log", retention=logs.RetentionDays.ONE_MONTH, removal_policy=cdk.RemovalPolicy.DESTROY)
