"""The event queue on SQS: a queue and a dead-letter queue for each agent; idempotency keys and counts in DynamoDB.

A message is the event as JSON; its topic is an attribute too. The platform pushes the messages to the agents.
"""

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import ClientError

from service.store.aws import Aws, AwsConfig
from service.store.dynamo import condition_failed, number, text
from service.store.errors import StoreError, StoreUnusableError
from service.store.events import IDEMPOTENCY_KEPT, Choice, DeadLetterPage, Depth, Event, Redriven, digest
from service.store.sqs_counts import SqsCounts
from service.store.sqs_dead_letters import SqsDeadLetters
from service.store.sqs_received import sizes

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient
    from types_boto3_sqs.client import SQSClient

SENT = "sent"
TELLING = 0.3  # seconds that whoever asks the queue waits for counts to be told


def sqs(config: AwsConfig) -> "Aws[SQSClient]":
    """SQS, in the region and with the credentials of the environment."""

    def make(session: Session, config: Config) -> "SQSClient":
        return session.client("sqs", config=config)

    return Aws(make, config)


class SqsEventStore:
    """As `EventStore`. `queues` and `dead_letters` have the address of each agent's queue.

    The key of the table of idempotency keys is `key`, a string; `expires_at` is its time to live.
    """

    def __init__(
        self,
        queue: "Aws[SQSClient]",
        keys: "Aws[DynamoDBClient]",
        *,
        queues: Mapping[str, str],
        dead_letters: Mapping[str, str],
        table: str,
        topic: str,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        """`topic` is the agents' only one: SQS counts a queue's messages, not those of a topic."""
        self._queue = queue
        self._keys = keys
        self._queues = queues
        self._dead = SqsDeadLetters(
            queue, keys, queues=queues, dead_letters=dead_letters, table=table, topic=topic, wall_clock=wall_clock
        )
        self._dead_letters = dead_letters
        self._counts = SqsCounts(keys, table)
        self._table = table
        self._topic = topic
        self._now = wall_clock

    async def open(self) -> None:
        """As `EventStore`."""
        try:
            await self.depths()
            await self._keys.run(lambda client: client.get_item(TableName=self._table, Key={"key": text("check")}))
        except StoreError as error:
            raise StoreUnusableError(f"the queues or the table {self._table} are not usable: {error}") from error

    async def close(self) -> None:
        """As `EventStore`."""
        await self._tell()
        await self._queue.close()
        await self._keys.close()

    async def check(self) -> None:
        """As `EventStore`. What was counted is told here, at most as often as a health gate asks."""
        await self._sizes()
        await self._tell()

    async def publish(self, event: Event, agents: Sequence[str], idempotency_key: str | None) -> str | None:
        """As `EventStore`.

        A key is claimed first and marked when every queue has the event: between the two, whoever comes with the key
        sends the event again, so none is lost.
        """
        if idempotency_key is None:
            await self._send(event, event.id, agents)
            return event.id
        key = idempotency_key
        known_as, said, sent = await self._keys.run(lambda client: self._claim(client, event, key))
        if said != digest(event):
            return None
        if not sent:
            await self._send(event, known_as, agents)
            await self._keys.run(lambda client: self._mark(client, key))
        return known_as

    def acknowledged(self, agent: str, topic: str) -> None:
        """Count a message that the agent took: who pushes it tells SQS, and nobody else."""
        self._counts.add(agent, topic, acknowledged=1)

    async def depths(self) -> list[Depth]:
        """As `EventStore`, approximately, as SQS counts what waits and the instances what they did.

        SQS does not tell how old the oldest message is. What died is what is dead and what was taken from there.
        """
        sizes_now = await self._sizes()
        await self._tell()
        counted = await self._counts.read([(agent, self._topic) for agent in self._queues])
        return [
            Depth(
                agent,
                self._topic,
                waiting,
                None,
                dead,
                published=counts.published,
                acknowledged=counts.acknowledged,
                died=dead + counts.removed,
                approximate=True,
            )
            for (agent, (waiting, dead)), counts in zip(sizes_now.items(), counted, strict=True)
        ]

    async def dead_letters(
        self, *, agent: str | None, topic: str | None, limit: int, after: str | None
    ) -> DeadLetterPage:
        """As `EventStore`, in no order; for seconds after it, what was shown is hidden from the next page."""
        return await self._dead.page(agent=agent, topic=topic, limit=limit, after=after)

    async def redrive(
        self, agent: str, choice: Choice, *, redrive: str, limit: int, up_to: int, rate: float
    ) -> Redriven:
        """As `EventStore`: each is sent before it is deleted."""
        step = await self._dead.redrive(agent, choice, redrive=redrive, limit=limit, up_to=up_to, rate=rate)
        self._counts.add(agent, self._topic, removed=step.moved)
        return step

    async def discard(self, agent: str, ids: Sequence[str], *, dry_run: bool = False) -> list[str]:
        """As `EventStore`."""
        discarded = await self._dead.discard(agent, ids, dry_run=dry_run)
        if not dry_run:
            self._counts.add(agent, self._topic, removed=len(discarded))
        return discarded

    async def _tell(self) -> None:
        with suppress(StoreError, TimeoutError):  # then the counts are told the next time
            async with asyncio.timeout(TELLING):
                await self._counts.tell()

    async def _sizes(self) -> dict[str, tuple[int, int]]:
        """For each agent, what waits and what is dead."""
        return await self._queue.run(
            lambda client: {
                agent: (sum(sizes(client, queue)), sum(sizes(client, self._dead_letters[agent])))
                for agent, queue in self._queues.items()
            }
        )

    async def _send(self, event: Event, known_as: str, agents: Sequence[str]) -> None:
        body = json.dumps(
            {"id": known_as, "topic": event.topic, "document_id": event.document_id, "request_id": event.request_id}
        )

        def send(client: "SQSClient") -> None:
            for agent in agents:
                client.send_message(
                    QueueUrl=self._queues[agent],
                    MessageBody=body,
                    MessageAttributes={"topic": {"DataType": "String", "StringValue": event.topic}},
                )

        await self._queue.run(send)
        for agent in agents:
            self._counts.add(agent, event.topic, published=1)

    def _claim(self, client: "DynamoDBClient", event: Event, key: str) -> tuple[str, str, bool]:
        now = self._now()
        try:
            client.put_item(
                TableName=self._table,
                Item={
                    "key": text(key),
                    "event_id": text(event.id),
                    "digest": text(digest(event)),
                    "expires_at": number(int(now + IDEMPOTENCY_KEPT) + 1),
                },
                ConditionExpression="attribute_not_exists(#key) OR expires_at <= :now",
                ExpressionAttributeNames={"#key": "key"},
                ExpressionAttributeValues={":now": number(now)},
            )
        except ClientError as error:
            if not condition_failed(error):
                raise
            item = client.get_item(TableName=self._table, Key={"key": text(key)}, ConsistentRead=True).get("Item")
            if item is None:
                raise StoreError("an idempotency key expired while it was looked at") from None
            return item["event_id"]["S"], item["digest"]["S"], SENT in item
        return event.id, digest(event), False

    def _mark(self, client: "DynamoDBClient", key: str) -> None:
        client.update_item(
            TableName=self._table,
            Key={"key": text(key)},
            UpdateExpression="SET #sent = :true",
            ExpressionAttributeNames={"#sent": SENT},
            ExpressionAttributeValues={":true": {"BOOL": True}},
        )
