"""Every embedding of the provider says its model, and none is stored without: embeddings are not mixed any more.

An instance of a version before 0002 can store none from here on; its deliveries are made again, to the others. DynamoDB
cannot be told to demand it: there this makes sure of what is stored.
"""

from service.migrations.errors import NotCompleteError
from service.migrations.migration import Phase
from service.migrations.target import DynamoTarget, SqliteTarget, Target

PHASE = Phase.CONTRACT


def up(on: Target) -> None:
    """Make sure that 0003 holds, and that it goes on to hold."""
    unnamed = _in_sqlite(on) if isinstance(on, SqliteTarget) else _in_dynamodb(on)
    if unnamed:
        raise NotCompleteError(
            3,
            f"{unnamed} embeddings do not say their model and were stored after 0003 had passed: an instance of an "
            "older version is running; stop it, and run `migrate up` again",
        )
    if not isinstance(on, SqliteTarget):
        return
    on.execute(
        """
        CREATE TRIGGER document_embeddings_added_with_their_model BEFORE INSERT ON document_embeddings
        WHEN new.provider IS NOT NULL AND new.model IS NULL
        BEGIN SELECT RAISE(ABORT, 'an embedding of the provider has to say its model, since migration 0004'); END
        """
    )
    on.execute(
        """
        CREATE TRIGGER document_embeddings_changed_with_their_model BEFORE UPDATE ON document_embeddings
        WHEN new.provider IS NOT NULL AND new.model IS NULL
        BEGIN SELECT RAISE(ABORT, 'an embedding of the provider has to say its model, since migration 0004'); END
        """
    )


def down(on: Target) -> None:
    """Demand it no longer."""
    if isinstance(on, SqliteTarget):
        on.execute("DROP TRIGGER document_embeddings_added_with_their_model")
        on.execute("DROP TRIGGER document_embeddings_changed_with_their_model")


def _in_sqlite(on: SqliteTarget) -> int:
    counted = on.execute("SELECT count(*) FROM document_embeddings WHERE provider IS NOT NULL AND model IS NULL")
    return int(counted.fetchone()[0])


def _in_dynamodb(on: DynamoTarget) -> int:
    pages = on.client.get_paginator("query").paginate(
        TableName=on.table,
        KeyConditionExpression="#partition = :embeddings",
        FilterExpression="attribute_exists(provider) AND attribute_not_exists(#model)",
        ExpressionAttributeNames={"#partition": "partition", "#model": "model"},
        ExpressionAttributeValues={":embeddings": {"S": "embeddings"}},
        Select="COUNT",
        ConsistentRead=True,
    )
    return sum(page["Count"] for page in pages)
