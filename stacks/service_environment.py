"""The service's environment, the same on every compute."""

from collections.abc import Mapping

from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager

from stacks.data_stack import DataStack
from stacks.deployment import Deployment
from stacks.program import Program
from stacks.provider import Provider

PORT = 8000
HEALTH_PATH = "/health/live"
"""Depends on nothing: readiness would have the platform replace every instance when a dependency is down."""

INSTANCES = 3
REQUESTS_AT_ONCE = 80


def program(deployment: Deployment, data: DataStack, provider: Provider, *, region: str) -> Program:
    """The service, as it is deployed."""
    return Program(
        image=deployment.image,
        port=PORT,
        health_path=HEALTH_PATH,
        variables=variables(deployment, data, provider, region=region),
        secrets=secrets(data, provider),
        instances=INSTANCES,
        requests_at_once=REQUESTS_AT_ONCE,
    )


def variables(deployment: Deployment, data: DataStack, provider: Provider, *, region: str) -> dict[str, str]:
    """What anybody may know."""
    allowed = "true" if deployment.load_tests_allowed else "false"
    given = {
        **deployment.settings,
        "HOST": "0.0.0.0",  # noqa: S104 - the platform alone reaches it
        "PORT": str(PORT),
        "ENVIRONMENT": deployment.environment,
        "USE_RELIABILITY_SYSTEM": "true",
        "REQUEST_CAPACITY": str(REQUESTS_AT_ONCE),
        "LOAD_TESTS_ALLOWED": allowed,
        "FAULT_INJECTION": allowed,
        "OPENAI_BASE_URL": provider.url,
        "EMBEDDING_CANARY_MODEL": deployment.canary_model,
        "AWS_REGION": region,
        "DOCUMENTS_TABLE": data.documents.table_name,
        "CONTROL_TABLE": data.control.table_name,
        "COUNTS_TABLE": data.counts.table_name,
        "IDEMPOTENCY_TABLE": data.idempotency.table_name,
        "EVENT_QUEUES": _by_agent({agent: queue.queue.queue_url for agent, queue in data.queues.items()}),
        "DEAD_LETTER_QUEUES": _by_agent({agent: queue.dead_letters.queue_url for agent, queue in data.queues.items()}),
    }
    return {name: value for name, value in given.items() if value}


def secrets(data: DataStack, provider: Provider) -> dict[str, secretsmanager.ISecret]:
    """What nobody may read in the console or the template."""
    return {
        "OPERATOR_TOKEN": data.operator_token,
        "VIEWER_TOKEN": data.viewer_token,
        "INTERNAL_TOKEN": data.internal_token,
        "ORIGIN_SECRET_A": data.origin_secrets["a"],
        "ORIGIN_SECRET_B": data.origin_secrets["b"],
        "OPENAI_API_KEY": provider.key,
        **data.webhook,
    }


def grant(data: DataStack, role: iam.IRole) -> None:
    """What the service does with its data, and nothing else; its secrets are read where it runs."""
    data.documents.grant(role, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query")
    data.control.grant(role, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query")
    data.counts.grant(role, "dynamodb:PutItem", "dynamodb:Query")
    data.idempotency.grant(role, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
    for queue in data.queues.values():
        queue.queue.grant(role, "sqs:SendMessage", "sqs:GetQueueAttributes")
        queue.dead_letters.grant(
            role, "sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage"
        )


def _by_agent(addresses: Mapping[str, str]) -> str:
    return ",".join(f"{agent}={address}" for agent, address in addresses.items())
