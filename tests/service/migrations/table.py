"""A table of DynamoDB as the last version without migrations leaves it, and what it holds after them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from service.migrations.dynamo_database import DynamoDatabase

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

Connect: TypeAlias = Callable[..., DynamoDatabase]
TABLE = "documents"


class Clock:
    """Time that sleeping alone lets pass."""

    def __init__(self) -> None:
        self.now = 1e9

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def place(number: int) -> str:
    return f"{number:010}.000000#d{number}"


def stored_before(client: "DynamoDBClient", numbers: range, *, embedded: bool = True) -> None:
    """Embeddings as the last version without migrations stores them."""
    for number in numbers:
        vector = {"B": np.ones(2, dtype=np.float32).tobytes()}
        item = {"partition": {"S": "embeddings"}, "place": {"S": place(number)}, "title": {"S": "t"}, "local": vector}
        client.put_item(TableName=TABLE, Item=item | ({"provider": vector} if embedded else {}))  # type: ignore[arg-type]


def models(client: "DynamoDBClient") -> list[str]:
    answer = client.query(
        TableName=TABLE,
        KeyConditionExpression="#partition = :embeddings",
        ExpressionAttributeNames={"#partition": "partition"},
        ExpressionAttributeValues={":embeddings": {"S": "embeddings"}},
    )
    return [item["model"]["S"] if "model" in item else "" for item in answer["Items"]]
