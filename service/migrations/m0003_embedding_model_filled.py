"""The embeddings from before 0002, and those that instances of the version before still make, get the model's name.

That is `EMBEDDING_MODEL` of whoever runs this: run it before the model is changed.
"""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from service.migrations.errors import RefusedError
from service.migrations.migration import Filled, Phase
from service.migrations.target import DynamoTarget, SqliteTarget, Target
from service.store.dynamo import condition_failed

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import QueryInputTypeDef

PHASE = Phase.MIGRATE


def up(on: Target, after: str | None, limit: int) -> Filled:
    """Name the model of the next embeddings in order of age. What has a name keeps it."""
    last, _, model = (after or f" {on.embedding_model}").partition(" ")
    if model != on.embedding_model:
        raise RefusedError(f"EMBEDDING_MODEL is {on.embedding_model}; expected {model}, with which this was begun")
    if isinstance(on, SqliteTarget):
        reached, seen, changed = _in_sqlite(on, last, limit)
    else:
        reached, seen, changed = _in_dynamodb(on, last, limit)
    return Filled(after=f"{reached} {model}" if reached else None, seen=seen, changed=changed)


def down(_: Target) -> None:
    """Leave the names: they are true, and 0002 takes them away with their column."""


def _in_sqlite(on: SqliteTarget, last: str, limit: int) -> tuple[str, int, int]:
    rows = on.execute(
        "SELECT sequence FROM document_embeddings WHERE sequence > ? ORDER BY sequence LIMIT ?", (int(last or 0), limit)
    ).fetchall()
    if not rows:
        return "", 0, 0
    filled = on.execute(
        "UPDATE document_embeddings SET model = ?"
        " WHERE sequence BETWEEN ? AND ? AND provider IS NOT NULL AND model IS NULL",
        (on.embedding_model, rows[0][0], rows[-1][0]),
    )
    return str(rows[-1][0]) if len(rows) == limit else "", len(rows), filled.rowcount


def _in_dynamodb(on: DynamoTarget, last: str, limit: int) -> tuple[str, int, int]:
    asked: QueryInputTypeDef = {
        "TableName": on.table,
        "KeyConditionExpression": "#partition = :embeddings",
        "FilterExpression": "attribute_exists(provider) AND attribute_not_exists(#model)",
        "ProjectionExpression": "place",
        "ExpressionAttributeNames": {"#partition": "partition", "#model": "model"},
        "ExpressionAttributeValues": {":embeddings": {"S": "embeddings"}},
        "Limit": limit,
        "ConsistentRead": True,
    }
    if last:
        asked["ExclusiveStartKey"] = {"partition": {"S": "embeddings"}, "place": {"S": last}}
    answer = on.client.query(**asked)
    changed = sum(_named(on, item["place"]["S"]) for item in answer["Items"])
    reached = answer.get("LastEvaluatedKey", {}).get("place", {}).get("S", "")
    return reached, answer["ScannedCount"], changed


def _named(on: DynamoTarget, place: str) -> bool:
    """Whether it is we who named the model: an instance may have done it since."""
    try:
        on.client.update_item(
            TableName=on.table,
            Key={"partition": {"S": "embeddings"}, "place": {"S": place}},
            UpdateExpression="SET #model = :model",
            ConditionExpression="attribute_exists(provider) AND attribute_not_exists(#model)",
            ExpressionAttributeNames={"#model": "model"},
            ExpressionAttributeValues={":model": {"S": on.embedding_model}},
        )
    except ClientError as error:
        if condition_failed(error):
            return False
        raise
    return True
