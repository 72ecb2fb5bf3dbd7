"""What is so on SQS alone, where others move messages too and no queue shows its end."""

import time
from collections.abc import AsyncIterator

import boto3
import pytest

from service.store.errors import StoreError
from service.store.events import Choice, Event
from service.store.sqs_events import SqsEventStore
from tests.service.store.aws import sqs_store
from tests.service.store.dead_letters.bench import ALL, Bench, give_up_on_sqs

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
async def store(now: list[float]) -> AsyncIterator[SqsEventStore]:
    opened = sqs_store(now=now)
    yield opened
    await opened.close()


async def test_what_sqs_gave_up_by_itself_died_when_it_was_sent(store: SqsEventStore) -> None:
    client = boto3.client("sqs")
    client.send_message(QueueUrl=client.get_queue_url(QueueName="a-dead")["QueueUrl"], MessageBody='{"id": "e1"}')
    steps = [
        await store.redrive("a", Choice(died_by=died_by), redrive="x", limit=5, up_to=100, rate=1000)
        for died_by in (time.time() - 3600, time.time() + 3600)
    ]
    assert [(step.moved, step.left) for step in steps] == [(0, 0), (1, 0)]


@pytest.mark.parametrize("dry_run", [True, False])
async def test_a_search_for_what_is_not_there_ends_though_the_queue_never_does(
    store: SqsEventStore, monkeypatch: pytest.MonkeyPatch, *, dry_run: bool
) -> None:
    """Each message is to be seen again before the queue's end is."""
    monkeypatch.setattr("service.store.sqs_received.HIDDEN", 0)
    monkeypatch.setattr("service.store.sqs_dead_letters.LOOKED_THROUGH", 50)
    await Bench(store, give_up_on_sqs).dead("e1")
    assert await store.discard("a", ["gone"], dry_run=dry_run) == []


async def test_a_step_that_ends_after_it_was_counted_loses_nothing_and_keeps_the_maximum(
    store: SqsEventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.store.sqs_received.HIDDEN", 0)
    bench = Bench(store, give_up_on_sqs)
    await bench.dead("e1", "e2")
    client = boto3.client("sqs")
    client.delete_queue(QueueUrl=client.get_queue_url(QueueName="a")["QueueUrl"])
    with pytest.raises(StoreError, match="SendMessageBatch failed"):
        await store.redrive("a", ALL, redrive="x", limit=1, up_to=2, rate=1000)
    client.create_queue(QueueName="a")
    step = await store.redrive("a", ALL, redrive="x", limit=2, up_to=2, rate=1000)
    assert (step.moved, step.moved_in_all, step.left) == (1, 2, 1)
    depth = await bench.depth()
    assert (depth.waiting, depth.dead_letters) == (1, 1)


async def test_two_steps_of_one_redrive_at_once_do_not_move_more_than_allowed(store: SqsEventStore) -> None:
    boto3.client("dynamodb").put_item(TableName="idempotency", Item={"key": {"S": "redrive x"}, "moved": {"N": "7"}})
    step = await store.redrive("a", ALL, redrive="x", limit=5, up_to=7, rate=1000)
    assert (step.moved, step.moved_in_all) == (0, 7)


@pytest.mark.parametrize("body", ["not JSON", '{"id": 7}'])
async def test_what_another_program_put_there_is_listed_and_discarded_by_the_id_that_sqs_gave_it(
    store: SqsEventStore, body: str
) -> None:
    client = boto3.client("sqs")
    url = client.get_queue_url(QueueName="a-dead")["QueueUrl"]
    attribute = {"died_at": {"DataType": "String", "StringValue": "yesterday"}}
    sent = client.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=attribute)  # type: ignore[arg-type] # as SQS takes it
    (letter,) = (await store.dead_letters(agent="a", topic=None, limit=10, after=None)).dead_letters
    assert (letter.id, letter.topic, letter.died_at) == (sent["MessageId"], "", None)
    assert letter.reason == "not acknowledged in time"
    assert await store.discard("a", [letter.id]) == [letter.id]


async def test_what_an_instance_counted_is_told_when_the_queue_is_looked_at(
    store: SqsEventStore, now: list[float]
) -> None:
    one = sqs_store(now=now)
    for each in (one, store):
        await each.publish(Event(id="e", topic="t", document_id="d", request_id="r"), ("a",), None)
        each.acknowledged("a", "t")
    await one.check()
    depth = next(depth for depth in await store.depths() if depth.agent == "a")
    assert (depth.published, depth.acknowledged, depth.oldest_at) == (2, 2, None)
    await one.close()


async def test_what_could_not_be_told_is_told_later(store: SqsEventStore) -> None:
    await store.publish(Event(id="e", topic="t", document_id="d", request_id="r"), ("a",), None)
    client = boto3.client("dynamodb")
    client.delete_table(TableName="idempotency")
    await store.check()  # the queues answer
    client.create_table(
        TableName="idempotency",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "S"}],
    )
    assert next(depth for depth in await store.depths() if depth.agent == "a").published == 1
