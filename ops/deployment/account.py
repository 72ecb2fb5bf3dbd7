"""Whose credentials these are."""

import boto3

from ops.deployment.aws import CONFIG, asking


def caller(session: boto3.Session) -> str:
    """The number of the account. Raises AwsError."""
    with asking("Asking whose credentials these are"):
        return session.client("sts", config=CONFIG).get_caller_identity()["Account"]
