"""A Lambda function of one file, with a role and a log of its own."""

from collections.abc import Mapping
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.month_log import month_log


def python_function(
    scope: Construct,
    *,
    code: Path,
    timeout: cdk.Duration,
    environment: Mapping[str, str],
    recursive_loop: lambda_.RecursiveLoop = lambda_.RecursiveLoop.TERMINATE,
) -> lambda_.Function:
    """The function in a folder's index.py; it may write its log, and what it is granted beside."""
    log_group = month_log(scope)
    role = iam.Role(scope, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    log_group.grant_write(role)
    return lambda_.Function(
        scope,
        "Function",
        role=role,
        runtime=lambda_.Runtime.PYTHON_3_14,
        architecture=lambda_.Architecture.ARM_64,
        handler="index.handler",
        code=lambda_.Code.from_asset(str(code), exclude=["__pycache__"]),
        timeout=timeout,
        log_group=log_group,
        recursive_loop=recursive_loop,
        environment=dict(environment),
    )
