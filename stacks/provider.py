"""Whom the service asks for embeddings."""

from dataclasses import dataclass

from aws_cdk import aws_secretsmanager as secretsmanager


@dataclass(frozen=True, kw_only=True)
class Provider:
    """An OpenAI-compatible provider and the key for it."""

    url: str
    key: secretsmanager.ISecret
