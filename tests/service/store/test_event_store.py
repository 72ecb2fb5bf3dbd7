"""What every event queue does with what is published."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import boto3
import pytest

from service.store.errors import StoreError, StoreUnusableError
from service.store.events import Event, EventStore
from service.store.sqlite_events import SqliteEventStore
from service.store.sqs_events import SqsEventStore
from tests.service.store.aws import sqs_store
from tests.service.store.conftest import sqlite_file

DAY = 24 * 3600.0


@pytest.fixture
def now() -> list[float]:
    return [1000.0]


@pytest.fixture(params=["sqlite", "sqs"])
async def store(request: pytest.FixtureRequest, tmp_path: Path, now: list[float]) -> AsyncIterator[EventStore]:
    made: EventStore
    if request.param == "sqs":
        request.getfixturevalue("aws")
        made = sqs_store(now=now)
    else:
        made = SqliteEventStore(
            sqlite_file(tmp_path), visibility=timedelta(seconds=30), max_receives=2, wall_clock=lambda: now[0]
        )
    await made.open()
    yield made
    await made.close()


def event(event_id: str, document_id: str = "d") -> Event:
    return Event(id=event_id, topic="t", document_id=document_id, request_id="r")


async def waiting(store: EventStore) -> dict[str, int]:
    return {depth.agent: depth.waiting for depth in await store.depths()}


async def test_an_event_waits_for_each_agent_of_its_topic(store: EventStore) -> None:
    await store.check()
    assert await store.publish(event("e1"), ("a", "b"), None) == "e1"
    assert await waiting(store) == {"a": 1, "b": 1}
    assert {(depth.topic, depth.dead_letters) for depth in await store.depths()} == {("t", 0)}


async def test_an_idempotency_key_names_one_event_for_a_day(store: EventStore, now: list[float]) -> None:
    assert await store.publish(event("e1"), ("a",), "k") == "e1"
    now[0] += DAY - 1
    assert await store.publish(event("e2"), ("a",), "k") == "e1"
    assert (await waiting(store))["a"] == 1
    now[0] += 3
    assert await store.publish(event("e3"), ("a",), "k") == "e3"
    assert (await waiting(store))["a"] == 2


async def test_an_idempotency_key_is_not_lent_to_another_event(store: EventStore) -> None:
    assert await store.publish(event("e1", "d1"), ("a",), "k") == "e1"
    assert await store.publish(event("e2", "d2"), ("a",), "k") is None
    assert await store.publish(event("e3", "d1"), ("a",), "k") == "e1"
    assert (await waiting(store))["a"] == 1


@pytest.mark.usefixtures("aws")
async def test_a_message_on_sqs_is_the_event_and_carries_its_topic(now: list[float]) -> None:
    store = sqs_store(now=now)
    await store.publish(event("e1"), ("a",), None)
    await store.close()
    client = boto3.client("sqs")
    url = client.get_queue_url(QueueName="a")["QueueUrl"]
    (message,) = client.receive_message(QueueUrl=url, MessageAttributeNames=["All"])["Messages"]
    said = {"id": "e1", "topic": "t", "document_id": "d", "request_id": "r"}
    assert json.loads(message["Body"]) == said
    assert message["MessageAttributes"]["topic"]["StringValue"] == "t"


@pytest.mark.usefixtures("aws")
async def test_an_event_whose_sending_failed_half_way_is_sent_by_whoever_comes_with_its_key(now: list[float]) -> None:
    store = sqs_store(now=now)
    client = boto3.client("sqs")
    client.delete_queue(QueueUrl=client.get_queue_url(QueueName="b")["QueueUrl"])
    with pytest.raises(StoreError, match="SendMessage failed"):
        await store.publish(event("e1"), ("a", "b"), "k")
    client.create_queue(QueueName="b")
    assert await store.publish(event("e2"), ("a", "b"), "k") == "e1"
    assert await waiting(store) == {"a": 2, "b": 1}  # at least once
    await store.close()


def without_queue(store: SqsEventStore) -> SqsEventStore:
    client = boto3.client("sqs")
    client.delete_queue(QueueUrl=client.get_queue_url(QueueName="a")["QueueUrl"])
    return store


def without_table(store: SqsEventStore) -> SqsEventStore:
    boto3.client("dynamodb").delete_table(TableName="idempotency")
    return store


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("broken", [without_queue, without_table])
async def test_a_queue_or_a_table_that_does_not_exist_is_refused_at_the_start(
    now: list[float], broken: Callable[[SqsEventStore], SqsEventStore]
) -> None:
    store = broken(sqs_store(now=now))
    with pytest.raises(StoreUnusableError, match="the queues or the table idempotency are not usable"):
        await store.open()
    await store.close()
