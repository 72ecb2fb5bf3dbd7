"""A token that AWS makes and nobody sees in a template."""

import aws_cdk as cdk
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from stacks.acknowledgement import acknowledge


def generated_secret(scope: Construct, name: str, meaning: str, *, kept: bool) -> secretsmanager.Secret:
    """A random text, that a person may put another in the place of; kept when its stack goes, or not."""
    secret = secretsmanager.Secret(
        scope,
        name,
        description=meaning,
        generate_secret_string=secretsmanager.SecretStringGenerator(
            exclude_punctuation=True,
            exclude_characters=",",  # punctuation too, but of two tokens in one secret it stands between them
            password_length=48,
        ),
        removal_policy=cdk.RemovalPolicy.RETAIN if kept else cdk.RemovalPolicy.DESTROY,
    )
    acknowledge(
        secret,
        "AwsSolutions-SMG4",
        "A running instance reads its tokens at its start: they are changed with a deployment.",
    )
    return secret
