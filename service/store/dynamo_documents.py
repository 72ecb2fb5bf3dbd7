"""The document database in DynamoDB."""

import itertools
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from botocore.exceptions import ClientError

from service.store.documents import SEARCHED, Document, Match, Vector, nearest
from service.store.dynamo import binary, bytes_of, condition_failed, text
from service.store.errors import StoreError, StoreUnusableError

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef, UniversalAttributeValueTypeDef

    from service.store.aws import Aws

EMBEDDINGS = "embeddings"
"""The partition of the embeddings, in order of age; the texts have a partition each, so that a search reads none."""

TEXT = "text"


class DynamoDocumentStore:
    """As `DocumentStore`. The key of the table is `partition` and `place`, strings."""

    def __init__(
        self, aws: "Aws[DynamoDBClient]", table: str, *, model: str, wall_clock: Callable[[], float] = time.time
    ) -> None:
        """`model` makes the provider's embeddings; those of others are not compared with them."""
        self._model = model
        self._aws = aws
        self._table = table
        self._now = wall_clock

    async def open(self) -> None:
        """As `DocumentStore`."""
        try:
            await self.check()
        except StoreError as error:
            raise StoreUnusableError(f"the table {self._table} is not usable: {error}") from error

    async def close(self) -> None:
        """As `DocumentStore`."""
        await self._aws.close()

    async def check(self) -> None:
        """As `DocumentStore`."""
        await self._aws.run(lambda client: client.get_item(TableName=self._table, Key=_key("check", TEXT)))

    async def add(self, document: Document, local: Callable[[], Vector]) -> None:
        """As `DocumentStore`."""
        await self._aws.run(lambda client: self._add(client, document, local()))

    async def read(self, document_id: str) -> Document | None:
        """As `DocumentStore`."""
        item = await self._aws.run(lambda client: self._item(client, document_id))
        return Document(document_id, item["title"]["S"], item["text"]["S"]) if item else None

    async def store_embedding(self, document_id: str, provider: Vector) -> None:
        """As `DocumentStore`."""
        await self._aws.run(lambda client: self._store_embedding(client, document_id, provider))

    async def nearest_by_provider(self, near: Vector, limit: int) -> list[Match]:
        """As `DocumentStore`."""
        return await self._aws.run(lambda client: self._nearest(client, "provider", near, limit))

    async def nearest_locally(self, near: Vector, limit: int) -> list[Match]:
        """As `DocumentStore`."""
        return await self._aws.run(lambda client: self._nearest(client, "local", near, limit))

    def _add(self, client: "DynamoDBClient", document: Document, local: Vector) -> None:
        place = f"{self._now():017.6f}#{document.id}"  # of fixed width, so that the order of texts is that of time
        whole = {**_key(document.id, TEXT), "title": text(document.title), "text": text(document.text)}
        embedding = {**_key(EMBEDDINGS, place), "title": text(document.title), "local": binary(local.tobytes())}
        try:
            client.transact_write_items(
                TransactItems=[
                    {
                        "Put": {
                            "TableName": self._table,
                            "Item": {**whole, "embedding": text(place)},
                            "ConditionExpression": "attribute_not_exists(place)",
                        }
                    },
                    {"Put": {"TableName": self._table, "Item": embedding}},
                ]
            )
        except ClientError as error:
            if not condition_failed(error):
                raise

    def _item(self, client: "DynamoDBClient", document_id: str) -> "dict[str, AttributeValueTypeDef] | None":
        answer = client.get_item(TableName=self._table, Key=_key(document_id, TEXT), ConsistentRead=True)
        return answer.get("Item")

    def _store_embedding(self, client: "DynamoDBClient", document_id: str, provider: Vector) -> None:
        item = self._item(client, document_id)
        if item is not None:
            client.update_item(
                TableName=self._table,
                Key=_key(EMBEDDINGS, item["embedding"]["S"]),
                UpdateExpression="SET provider = :provider, #model = :model",
                ExpressionAttributeNames={"#model": "model"},
                ExpressionAttributeValues={":provider": binary(provider.tobytes()), ":model": text(self._model)},
            )

    def _nearest(
        self, client: "DynamoDBClient", kind: Literal["local", "provider"], near: Vector, limit: int
    ) -> list[Match]:
        pages = client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="#partition = :embeddings",
            ProjectionExpression="#place, #title, #model, #kind",
            ExpressionAttributeNames={
                "#partition": "partition",
                "#place": "place",
                "#title": "title",
                "#model": "model",
                "#kind": kind,
            },
            ExpressionAttributeValues={":embeddings": text(EMBEDDINGS)},
            ScanIndexForward=False,
            PaginationConfig={"MaxItems": SEARCHED},
        )
        newest = list(itertools.chain.from_iterable(page["Items"] for page in pages))
        items = [item for item in newest if kind in item and (kind == "local" or self._comparable(item))]
        return [
            Match(items[place]["place"]["S"].partition("#")[2], items[place]["title"]["S"], similarity)
            for place, similarity in nearest([bytes_of(item[kind]) for item in items], near, limit)
        ]

    def _comparable(self, item: "dict[str, AttributeValueTypeDef]") -> bool:
        """Whether the same model has made it, as is taken for granted of one from before migration 0003."""
        return "model" not in item or item["model"]["S"] == self._model


def _key(partition: str, place: str) -> "dict[str, UniversalAttributeValueTypeDef]":
    return {"partition": text(partition if partition == EMBEDDINGS else f"document#{partition}"), "place": text(place)}
