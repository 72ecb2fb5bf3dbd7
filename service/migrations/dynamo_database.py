"""Migrations of the documents' table in DynamoDB: what is remembered, and the lock, are one item of that table.

Each write of the item is on the condition that the lock is still ours, and lengthens it. Whoever is killed loses it
when its lease ends; until then others wait.
"""

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from service.migrations.errors import FailedError, LockedError, MigrationError
from service.migrations.failing_line import failing_line
from service.migrations.ledger import Record, advanced, refuse_out_of_turn, refuse_under_others
from service.migrations.migration import Migration
from service.migrations.target import DynamoTarget
from service.store.aws import code_of
from service.store.dynamo import condition_failed, number, text

if TYPE_CHECKING:
    from datetime import timedelta

    from types_boto3_dynamodb.client import DynamoDBClient
    from types_boto3_dynamodb.type_defs import UniversalAttributeValueTypeDef

LEASE = 5.0  # seconds that a step may take; should another take over meanwhile, both change the same to the same
PAUSE = 0.2  # seconds between two looks at another's lock
KEY: "dict[str, UniversalAttributeValueTypeDef]" = {"partition": {"S": "migrations"}, "place": {"S": "ledger"}}


class DynamoDatabase:
    """As `Database`; for the work of `Aws.run`."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table: str,
        *,
        embedding_model: str,
        patience: "timedelta",
        wall_clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`patience` is how long another's lock is waited for."""
        self._client = client
        self._table = table
        self._target = DynamoTarget(client=client, table=table, embedding_model=embedding_model)
        self._patience = patience.total_seconds()
        self._now = wall_clock
        self._sleep = sleep
        self._holder = secrets.token_hex(8)

    def records(self) -> list[Record]:
        """As `Database`."""
        item = self._client.get_item(TableName=self._table, Key=KEY, ConsistentRead=True).get("Item", {})
        return msgspec.json.decode(item["records"]["S"], type=list[Record]) if "records" in item else []

    def begin(self, migrations: Sequence[Migration], limit: int) -> None:
        """As `Database`."""
        with self._locked():
            if self.records() or self._has_documents():
                return
            self._write([self._whole(migration, limit) for migration in migrations])

    def step(self, migration: Migration, limit: int) -> Record:
        """As `Database`."""
        with self._locked():
            records = {record.number: record for record in self.records()}
            found = records.get(migration.number)
            if found is not None and found.complete:
                return found
            refuse_out_of_turn(migration, [*records.values()])
            record = self._stepped(migration, found, limit)
            self._write([*(records | {record.number: record}).values()])
            return record

    def undo(self, migration: Migration) -> None:
        """As `Database`."""
        with self._locked():
            records = self.records()
            refuse_under_others(migration, records)
            with _judging(migration):
                migration.down(self._target)
            self._write(record for record in records if record.number != migration.number)

    def reopen(self, number: int) -> None:
        """As `Database`."""
        with self._locked():
            self._write(
                msgspec.structs.replace(record, complete=False, after=None) if record.number == number else record
                for record in self.records()
            )

    def _stepped(self, migration: Migration, found: Record | None, limit: int) -> Record:
        with _judging(migration):
            filled = migration.step(self._target, found.after if found else None, limit)
        return advanced(found, migration, filled, now=self._now())

    def _whole(self, migration: Migration, limit: int) -> Record:
        record = self._stepped(migration, None, limit)
        while not record.complete:
            record = self._stepped(migration, record, limit)
        return record

    def _has_documents(self) -> bool:
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="#partition = :embeddings",
            ExpressionAttributeNames={"#partition": "partition"},
            ExpressionAttributeValues={":embeddings": text("embeddings")},  # each document has its own
            Limit=1,
            ConsistentRead=True,
        )
        return bool(answer["Items"])

    @contextmanager
    def _locked(self) -> Iterator[None]:
        give_up_at = self._now() + self._patience
        while not self._taken():
            if self._now() >= give_up_at:
                raise LockedError(
                    f"the migrations of {self._table} were locked by another process for more than {self._patience:g} s"
                )
            self._sleep(PAUSE)
        try:
            yield
        finally:
            self._release()

    def _taken(self) -> bool:
        now = self._now()
        return self._update(
            "SET holder = :holder, #until = :until",
            "attribute_not_exists(#until) OR #until <= :now",
            {":holder": text(self._holder), ":until": number(now + LEASE), ":now": number(now)},
        )

    def _release(self) -> None:
        self._update("SET #until = :never", "holder = :holder", {":never": number(0), ":holder": text(self._holder)})

    def _write(self, records: Iterable[Record]) -> None:
        ordered = sorted(records, key=lambda record: record.number)
        written = self._update(
            "SET records = :records, #until = :until",
            "holder = :holder",
            {
                ":records": text(msgspec.json.encode(ordered).decode()),
                ":until": number(self._now() + LEASE),
                ":holder": text(self._holder),
            },
        )
        if not written:
            raise LockedError(
                f"another process has taken over the migrations of {self._table}, since a step of this one took more "
                f"than {LEASE:g} s; a smaller --batch is sooner done"
            )

    def _update(self, update: str, condition: str, values: "dict[str, UniversalAttributeValueTypeDef]") -> bool:
        try:
            self._client.update_item(
                TableName=self._table,
                Key=KEY,
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeNames={"#until": "until"},
                ExpressionAttributeValues=values,
            )
        except ClientError as error:
            if condition_failed(error):
                return False
            raise
        return True


@contextmanager
def _judging(migration: Migration) -> Iterator[None]:
    """Tell of the line that fails; what it says of AWS is the error's code and no more."""
    try:
        yield
    except MigrationError:
        raise
    except Exception as error:  # whatever a migration fails with, its line is told
        said = str(error)
        if isinstance(error, ClientError):
            said = f"{error.operation_name} failed: {code_of(error)}"
        if isinstance(error, BotoCoreError):
            said = f"AWS cannot be asked: {type(error).__name__}"
        raise FailedError(
            f"{failing_line(migration.file, error)}: {said}; it goes on from there when run again"
        ) from error
