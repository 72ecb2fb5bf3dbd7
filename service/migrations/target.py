"""What `up()` and `down()` get: the place to change, with no way to end the transaction around them."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

Value: TypeAlias = str | int | float | bytes | None


@dataclass(frozen=True, kw_only=True)
class SqliteTarget:
    """The SQLite file, in a transaction that ends after the step. Statements that begin or end one are refused."""

    connection: sqlite3.Connection
    embedding_model: str

    def execute(self, statement: str, parameters: Sequence[Value] = ()) -> sqlite3.Cursor:
        """Run one statement."""
        return self.connection.execute(statement, parameters)


@dataclass(frozen=True, kw_only=True)
class DynamoTarget:
    """The documents' table. No transaction holds a step together: each item's change must bear being made again."""

    client: "DynamoDBClient"
    table: str
    embedding_model: str


Target: TypeAlias = SqliteTarget | DynamoTarget
