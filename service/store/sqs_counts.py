"""What the instances of a deployment count of their events, beside the idempotency keys in DynamoDB.

An update with each event would cost more than to send it. So an instance counts in memory and adds that to one item
for each agent and topic when the queue is looked at. What it had not told when it was killed is missing, and an adding
whose answer was lost is made twice: the figures are approximate.
"""

import dataclasses
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.store.dynamo import number, text

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

    from service.store.aws import Aws

Pair = tuple[str, str]
"""An agent and a topic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Of an agent's events on a topic; `removed` are dead letters that were redriven or discarded."""

    published: int = 0
    acknowledged: int = 0
    removed: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in NAMES})


NAMES = [field.name for field in dataclasses.fields(Counts)]


class SqsCounts:
    """Counts of this instance on their way to the table; from any thread."""

    def __init__(self, keys: "Aws[DynamoDBClient]", table: str) -> None:
        self._keys = keys
        self._table = table
        self._lock = threading.Lock()
        self._untold: dict[Pair, Counts] = {}

    def add(self, agent: str, topic: str, *, published: int = 0, acknowledged: int = 0, removed: int = 0) -> None:
        """Count something."""
        self._add((agent, topic), Counts(published=published, acknowledged=acknowledged, removed=removed))

    async def tell(self) -> None:
        """Add what was counted to the table's. Raises StoreError; then it is told the next time."""
        if self._untold:
            await self._keys.run(self._tell)

    async def read(self, pairs: Sequence[Pair]) -> list[Counts]:
        """What all instances have told of each agent and topic. Raises StoreError."""
        return await self._keys.run(lambda client: [self._read(client, pair) for pair in pairs])

    def _add(self, pair: Pair, counts: Counts) -> None:
        with self._lock:
            self._untold[pair] = self._untold.get(pair, Counts()) + counts

    def _take(self) -> dict[Pair, Counts]:
        with self._lock:
            taken, self._untold = self._untold, {}
        return taken

    def _tell(self, client: "DynamoDBClient") -> None:
        taken = self._take()
        try:
            while taken:
                pair, counts = next(iter(taken.items()))
                client.update_item(
                    TableName=self._table,
                    Key={"key": text(_key(pair))},
                    UpdateExpression=f"ADD {', '.join(f'{name} :{name}' for name in NAMES)}",
                    ExpressionAttributeValues={f":{name}": number(getattr(counts, name)) for name in NAMES},
                )
                del taken[pair]
        finally:
            for pair, counts in taken.items():
                self._add(pair, counts)

    def _read(self, client: "DynamoDBClient", pair: Pair) -> Counts:
        item = client.get_item(TableName=self._table, Key={"key": text(_key(pair))}).get("Item", {})
        return Counts(**{name: int(item[name]["N"]) for name in NAMES if name in item})


def _key(pair: Pair) -> str:
    """The key of an item that no idempotency key can have: those hold no space."""
    return f"counts {pair[0]} {pair[1]}"
