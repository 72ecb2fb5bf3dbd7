"""The place of a SQLite file, and a table of DynamoDB to connect to."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest

from service.migrations.dynamo_database import DynamoDatabase
from tests.service.migrations.files import MODEL
from tests.service.migrations.table import TABLE, Clock, Connect

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ballast.sqlite3"


@pytest.fixture
def client() -> "DynamoDBClient":
    return boto3.client("dynamodb")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def connect(client: "DynamoDBClient", clock: Clock) -> Connect:
    """The database as one more process sees it."""

    def connected(*, model: str = MODEL, patience: float = 4.0) -> DynamoDatabase:
        return DynamoDatabase(
            client,
            TABLE,
            embedding_model=model,
            patience=timedelta(seconds=patience),
            wall_clock=clock,
            sleep=clock.sleep,
        )

    return connected
