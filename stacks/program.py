"""What a compute runs."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import aws_secretsmanager as secretsmanager

from stacks.image import Image


@dataclass(frozen=True, kw_only=True)
class Program:
    """A web service, the same on every compute."""

    image: Image
    port: int
    health_path: str
    variables: Mapping[str, str]
    secrets: Mapping[str, secretsmanager.ISecret]
    instances: int  # at most; there is always one
    requests_at_once: int  # of an instance, from which on a platform that counts them adds another
