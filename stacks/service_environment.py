"""The service's environment, the same on every compute."""

from collections.abc import Mapping

from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager

from stacks.data_stack import DataStack
from stacks.deployment import Deployment

PORT = 8000
HEALTH_PATH = "/health/live"
"""Depends on nothing: readiness would have the platform replace every instance when a dependency is down."""


def variables(deployment: Deployment, data: DataStack, *, region: str) -> dict[str, str]:
    """What anybody may know."""
    return {
        "HOST": "0.0.0.0",  # noqa: S104 - the platform alone reaches it
        "PORT": str(PORT),
        "ENVIRONMENT": deployment.environment,
        "USE_RELIABILITY_SYSTEM": "true",
        "OPENAI_BASE_URL": deployment.provider_url,
        "AWS_REGION": region,
        "DOCUMENTS_TABLE": data.documents.table_name,
        "CONTROL_TABLE": data.control.table_name,
        "COUNTS_TABLE": data.counts.table_name,
        "IDEMPOTENCY_TABLE": data.idempotency.table_name,
        "EVENT_QUEUES": _by_agent({agent: queue.queue.queue_url for agent, queue in data.queues.items()}),
        "DEAD_LETTER_QUEUES": _by_agent({agent: queue.dead_letters.queue_url for agent, queue in data.queues.items()}),
    }


def secrets(data: DataStack) -> dict[str, secretsmanager.Secret]:
    """What nobody may read in the console or the template."""
    return {
        "OPERATOR_TOKEN": data.operator_token,
        "VIEWER_TOKEN": data.viewer_token,
        "INTERNAL_TOKEN": data.internal_token,
        "OPENAI_API_KEY": data.provider_key,
    }


def grant(data: DataStack, role: iam.IRole) -> None:
    """What the service does with its data, and nothing else."""
    data.documents.grant(role, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query")
    data.control.grant(role, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query")
    data.counts.grant(role, "dynamodb:PutItem", "dynamodb:Query")
    data.idempotency.grant(role, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
    for queue in data.queues.values():
        queue.queue.grant(role, "sqs:SendMessage", "sqs:GetQueueAttributes")
        queue.dead_letters.grant(role, "sqs:GetQueueAttributes")
    for secret in secrets(data).values():
        secret.grant_read(role)


def _by_agent(addresses: Mapping[str, str]) -> str:
    return ",".join(f"{agent}={address}" for agent, address in addresses.items())
