"""An event store whose messages can be given up."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import boto3

from service.store.events import Choice, Depth, Event, EventStore

ALL = Choice()
REASON = "the agent answered 404: there is no document with this id"


@dataclass
class Bench:
    """A store, and a way for agent `a` to give a message up."""

    store: EventStore
    give_up: Callable[[str], Awaitable[None]]

    async def dead(self, *names: str) -> None:
        for name in names:
            await self.store.publish(Event(id=name, topic="t", document_id=f"d-{name}", request_id="r"), ("a",), None)
            await self.give_up(name)

    async def listed(self) -> list[str]:
        page = await self.store.dead_letters(agent=None, topic=None, limit=100, after=None)
        return sorted(letter.id for letter in page.dead_letters)

    async def depth(self) -> Depth:
        return next(depth for depth in await self.store.depths() if depth.agent == "a")


async def give_up_on_sqs(name: str, died_at: float = 1000.0) -> None:
    """As the pump's function does."""
    client = boto3.client("sqs")
    url = client.get_queue_url(QueueName="a")["QueueUrl"]
    (message,) = client.receive_message(QueueUrl=url, VisibilityTimeout=0)["Messages"]
    assert json.loads(message["Body"])["id"] == name
    client.send_message(
        QueueUrl=client.get_queue_url(QueueName="a-dead")["QueueUrl"],
        MessageBody=message["Body"],
        MessageAttributes={
            "topic": {"DataType": "String", "StringValue": "t"},
            "reason": {"DataType": "String", "StringValue": REASON},
            "attempts": {"DataType": "Number", "StringValue": "1"},
            "died_at": {"DataType": "Number", "StringValue": str(died_at)},
        },
    )
    client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
