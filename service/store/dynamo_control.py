"""The control store in DynamoDB, shared by every instance of a deployment."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from service.store.control import AuditLine, ControlDocument, VersionConflictError
from service.store.dynamo import binary, bytes_of, condition_failed, number, text

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient
    from types_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        TransactWriteItemTypeDef,
        UniversalAttributeValueTypeDef,
    )

    from service.store.aws import Aws

CURRENT = 0
"""Where a document stands, in the place of a version; its audit lines stand at the versions that they made."""

LAST_VERSION = 2**53
"""No document comes to so many."""


class DynamoControlStore:
    """As `ControlStore`. The key of the table is `document`, a string, and `version`, a number."""

    def __init__(self, aws: "Aws[DynamoDBClient]", table: str) -> None:
        self._aws = aws
        self._table = table

    async def read(self, names: Sequence[str]) -> list[ControlDocument]:
        """As `ControlStore`."""
        return await self._aws.run(lambda client: self._read(client, names))

    async def write(self, document: ControlDocument, audit: AuditLine) -> None:
        """As `ControlStore`."""
        await self._aws.run(lambda client: self._write(client, document, audit))

    async def audit(self, name: str, limit: int, *, before: int | None = None) -> list[AuditLine]:
        """As `ControlStore`."""
        last = LAST_VERSION if before is None else before - 1
        if last <= CURRENT:  # of which DynamoDB makes an error
            return []
        return await self._aws.run(lambda client: self._audit(client, name, limit, last))

    def _read(self, client: "DynamoDBClient", names: Sequence[str]) -> list[ControlDocument]:
        answer = client.transact_get_items(
            TransactItems=[{"Get": {"TableName": self._table, "Key": _key(name, CURRENT)}} for name in names]
        )
        found = [_document(response["Item"]) for response in answer["Responses"] if response.get("Item")]
        return sorted(found, key=lambda document: document.name)

    def _write(self, client: "DynamoDBClient", document: ControlDocument, audit: AuditLine) -> None:
        before = document.version - 1
        if before < 0:  # where the document itself stands, and no version
            raise self._conflict(client, document.name, before)
        write: TransactWriteItemTypeDef = {
            "Put": {
                "TableName": self._table,
                "Item": {
                    **_key(document.name, CURRENT),
                    "current": number(document.version),
                    "body": binary(document.body),
                },
                "ConditionExpression": "#current = :before",
                "ExpressionAttributeNames": {"#current": "current"},
                "ExpressionAttributeValues": {":before": number(before)},
            }
        }
        if before == 0:
            write["Put"]["ConditionExpression"] = "attribute_not_exists(#current)"
            del write["Put"]["ExpressionAttributeValues"]
        try:
            client.transact_write_items(
                TransactItems=[write, {"Put": {"TableName": self._table, "Item": _line_item(audit)}}]
            )
        except ClientError as error:
            if not condition_failed(error):
                raise
            raise self._conflict(client, document.name, before) from None

    def _conflict(self, client: "DynamoDBClient", name: str, expected: int) -> VersionConflictError:
        stored = self._read(client, [name])
        return VersionConflictError(name, expected, stored[0].version if stored else 0)

    def _audit(self, client: "DynamoDBClient", name: str, limit: int, last: int) -> list[AuditLine]:
        answer = client.query(
            TableName=self._table,
            KeyConditionExpression="#document = :name AND #version BETWEEN :first AND :last",
            ExpressionAttributeNames={"#document": "document", "#version": "version"},
            ExpressionAttributeValues={":name": text(name), ":first": number(CURRENT + 1), ":last": number(last)},
            ScanIndexForward=False,
            ConsistentRead=True,
            Limit=limit,
        )
        return [_line(item) for item in answer["Items"]]


def _key(name: str, version: int) -> "dict[str, UniversalAttributeValueTypeDef]":
    return {"document": text(name), "version": number(version)}


def _document(item: "dict[str, AttributeValueTypeDef]") -> ControlDocument:
    return ControlDocument(name=item["document"]["S"], version=int(item["current"]["N"]), body=bytes_of(item["body"]))


def _line_item(line: AuditLine) -> "dict[str, UniversalAttributeValueTypeDef]":
    return {
        **_key(line.document, line.version),
        "at": number(line.at),
        "by": text(line.by),
        "action": text(line.action),
        "reason": text(line.reason),
        "subject": text(line.subject),
    }


def _line(item: "dict[str, AttributeValueTypeDef]") -> AuditLine:
    return AuditLine(
        document=item["document"]["S"],
        version=int(item["version"]["N"]),
        at=float(item["at"]["N"]),
        by=item["by"]["S"],
        action=item["action"]["S"],
        reason=item["reason"]["S"],
        subject=item["subject"]["S"] if "subject" in item else "",  # lines of the version before have none
    )
