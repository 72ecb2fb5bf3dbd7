"""AWS as moto plays it, in process: tables and queues of the same shape as the stacks make them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

import boto3
from moto import mock_aws

from service.store.aws import AwsConfig
from service.store.dynamo import dynamo
from service.store.sqs_events import SqsEventStore, sqs

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import KeySchemaElementTypeDef

CONFIG = AwsConfig(threads=2, timeout=timedelta(seconds=5))
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "AWS_EC2_METADATA_DISABLED": "true",
}
KEYS: dict[str, list[tuple[str, Literal["S", "N"]]]] = {
    "documents": [("partition", "S"), ("place", "S")],
    "control": [("document", "S"), ("version", "N")],
    "counts": [("subject", "S"), ("row", "S")],
    "idempotency": [("key", "S")],
}


def _role(name: str, role: Literal["HASH", "RANGE"]) -> "KeySchemaElementTypeDef":
    return {"AttributeName": name, "KeyType": role}


@contextmanager
def played_aws() -> Iterator[None]:
    """AWS with the tables and nothing in them."""
    with mock_aws():
        client = boto3.client("dynamodb")
        for table, keys in KEYS.items():
            client.create_table(
                TableName=table,
                BillingMode="PAY_PER_REQUEST",
                KeySchema=[_role(name, "RANGE" if place else "HASH") for place, (name, _) in enumerate(keys)],
                AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind} for name, kind in keys],
            )
        yield


def sqs_store(*, agents: tuple[str, ...] = ("a", "b"), now: list[float]) -> SqsEventStore:
    """A store with queues of its own; `now` holds the time."""
    client = boto3.client("sqs")
    queues = {agent: client.create_queue(QueueName=agent)["QueueUrl"] for agent in agents}
    dead_letters = {agent: client.create_queue(QueueName=f"{agent}-dead")["QueueUrl"] for agent in agents}
    return SqsEventStore(
        sqs(CONFIG),
        dynamo(CONFIG),
        queues=queues,
        dead_letters=dead_letters,
        table="idempotency",
        topic="t",
        wall_clock=lambda: now[0],
    )
