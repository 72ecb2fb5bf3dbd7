"""The tokens of a deployment, found as an operator finds them."""

import boto3

from ops.deployment.aws import CONFIG, asking


def secret(session: boto3.Session, arn: str) -> str:
    """The value of a secret. Raises AwsError."""
    client = session.client("secretsmanager", config=CONFIG)
    with asking(f"Reading the secret {arn}"):
        return client.get_secret_value(SecretId=arn)["SecretString"]


def token(session: boto3.Session, arn: str) -> str:
    """The token that a secret holds; of two, of which one takes the other's place, the first. Raises AwsError."""
    return secret(session, arn).partition(",")[0]
