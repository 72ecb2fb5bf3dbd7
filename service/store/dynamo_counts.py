"""The count board in DynamoDB, shared by every instance of a deployment."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from service.store.counts import KEPT, CountRow
from service.store.dynamo import binary, bytes_of, number, text

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from service.store.aws import Aws


class DynamoCountBoard:
    """As `CountBoard`. The key of the table is `subject` and `row`, strings; `expires_at` is its time to live."""

    def __init__(self, aws: "Aws[DynamoDBClient]", table: str, *, wall_clock: Callable[[], float] = time.time) -> None:
        self._aws = aws
        self._table = table
        self._now = wall_clock

    async def publish(self, row: CountRow) -> None:
        """As `CountBoard`."""
        await self._aws.run(
            lambda client: client.put_item(
                TableName=self._table,
                Item={
                    "subject": text(row.subject),
                    "row": text(row.key),
                    "published_at": number(row.published_at),
                    "expires_at": number(int(row.published_at + KEPT)),
                    "body": binary(row.body),
                },
            )
        )

    async def read(self, subject: str, *, since: float = 0.0) -> list[CountRow]:
        """As `CountBoard`. What has expired may stay in the table for days: it is left out here."""
        kept_since = max(since, self._now() - KEPT)
        rows = await self._aws.run(lambda client: self._read(client, subject))
        return [row for row in rows if row.published_at >= kept_since]

    async def close(self) -> None:
        """As `CountBoard`. The client is another's too."""

    def _read(self, client: "DynamoDBClient", subject: str) -> list[CountRow]:
        pages = client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="#subject = :subject",
            ExpressionAttributeNames={"#subject": "subject"},
            ExpressionAttributeValues={":subject": text(subject)},
            ConsistentRead=True,
        )
        return [_row(item) for page in pages for item in page["Items"]]


def _row(item: "dict[str, AttributeValueTypeDef]") -> CountRow:
    return CountRow.of_key(
        item["subject"]["S"],
        item["row"]["S"],
        published_at=float(item["published_at"]["N"]),
        body=bytes_of(item["body"]),
    )
