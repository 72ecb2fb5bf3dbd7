"""What every event queue does with messages that were given up."""

import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import boto3
import pytest

from service.store.errors import StoreError
from service.store.events import Choice, Depth, Event, EventStore, UnknownCursorError
from service.store.sqlite_events import SqliteEventStore
from service.store.sqs_events import SqsEventStore
from tests.service.store.aws import sqs_store
from tests.service.store.conftest import sqlite_file

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


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is, what was counted is told."""
    monkeypatch.setattr("service.store.sqs_events.TELLING", 60.0)


@pytest.fixture
def now() -> list[float]:
    return [1000.0]


@pytest.fixture(params=["sqlite", "sqs"])
async def bench(request: pytest.FixtureRequest, tmp_path: Path, now: list[float]) -> AsyncIterator[Bench]:
    if request.param == "sqs":
        request.getfixturevalue("aws")
        on_sqs = sqs_store(now=now)
        yield Bench(on_sqs, lambda name: give_up_on_sqs(name, now[0]))
        await on_sqs.close()
        return
    store = SqliteEventStore(
        sqlite_file(tmp_path), visibility=timedelta(seconds=30), max_receives=2, wall_clock=lambda: now[0]
    )

    async def give_up(name: str) -> None:
        (message,) = [each for each in await store.claim("a", 10) if each.id == name]
        await store.bury("a", message, REASON)

    await store.open()
    yield Bench(store, give_up)
    await store.close()


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


async def test_a_dead_letter_says_what_it_was_and_why_it_was_given_up(bench: Bench) -> None:
    await bench.dead("e1")
    (letter,) = (await bench.store.dead_letters(agent="a", topic="t", limit=10, after=None)).dead_letters
    assert (letter.id, letter.agent, letter.topic, letter.document_id) == ("e1", "a", "t", "d-e1")
    assert (letter.request_id, letter.attempts, letter.reason, letter.died_at) == ("r", 1, REASON, 1000)
    assert letter.published_at > 0


async def test_every_dead_letter_is_listed_once_page_by_page(bench: Bench) -> None:
    names = [f"e{number}" for number in range(25)]
    await bench.dead(*names)
    listed: list[str] = []
    after = None
    for _ in range(4):
        page = await bench.store.dead_letters(agent=None, topic=None, limit=10, after=after)
        listed += [letter.id for letter in page.dead_letters]
        after = page.next
        if after is None:
            break
    assert sorted(listed) == sorted(names)
    assert after is None


async def test_only_what_is_asked_for_is_listed(bench: Bench) -> None:
    await bench.dead("e1")
    for agent, topic in (("b", None), ("nobody", None), (None, "other")):
        page = await bench.store.dead_letters(agent=agent, topic=topic, limit=10, after=None)
        assert page.dead_letters == []
    assert await bench.listed() == ["e1"]


async def test_a_cursor_of_another_store_is_refused(bench: Bench) -> None:
    for cursor in ("-1", "x", "\N{ARABIC-INDIC DIGIT ONE}", "9" * 30):
        with pytest.raises(UnknownCursorError, match="is no cursor of dead letters"):
            await bench.store.dead_letters(agent=None, topic=None, limit=10, after=cursor)


async def test_a_redriven_message_waits_as_published_anew_and_is_counted_once(bench: Bench) -> None:
    await bench.dead("e1", "e2")
    step = await bench.store.redrive("a", ALL, redrive="x", limit=10, up_to=100, rate=1000)
    assert (step.moved, step.moved_in_all, step.left) == (2, 2, 0)
    depth = await bench.depth()
    assert (depth.waiting, depth.dead_letters, depth.published, depth.died) == (2, 0, 2, 2)
    assert await bench.listed() == []


async def test_a_step_moves_no_more_than_its_limit_and_says_what_is_left(bench: Bench) -> None:
    await bench.dead("e1", "e2", "e3")
    steps = [await bench.store.redrive("a", ALL, redrive="x", limit=2, up_to=100, rate=1000) for _ in range(2)]
    assert [(step.moved, step.moved_in_all, step.left) for step in steps] == [(2, 2, 1), (1, 3, 0)]


async def test_all_steps_of_a_redrive_together_move_no_more_than_they_may(bench: Bench) -> None:
    await bench.dead("e1", "e2", "e3", "e4")
    steps = [await bench.store.redrive("a", ALL, redrive="x", limit=2, up_to=3, rate=1000) for _ in range(3)]
    assert [(step.moved, step.moved_in_all) for step in steps] == [(2, 2), (1, 3), (0, 3)]
    another = await bench.store.redrive("a", ALL, redrive="y", limit=2, up_to=3, rate=1000)
    assert (another.moved, another.moved_in_all, another.left) == (1, 1, 0)


async def test_steps_move_no_more_at_once_than_a_second_allows(bench: Bench, now: list[float]) -> None:
    await bench.dead("e1", "e2", "e3", "e4", "e5")
    moved = []
    for seconds in (0, 0, 55, 0.5):
        now[0] += seconds
        moved.append((await bench.store.redrive("a", ALL, redrive="x", limit=10, up_to=100, rate=2)).moved)
    assert moved == [2, 0, 2, 1]


async def test_a_redrive_that_finds_less_than_it_may_move_may_move_the_rest_later(bench: Bench) -> None:
    await bench.dead("e1")
    assert (await bench.store.redrive("a", ALL, redrive="x", limit=10, up_to=2, rate=1000)).moved == 1
    step = await bench.store.redrive("a", ALL, redrive="x", limit=10, up_to=2, rate=1000)
    assert (step.allowed, step.moved, step.moved_in_all) == (1, 0, 1)


async def test_only_the_chosen_ones_are_redriven(bench: Bench) -> None:
    await bench.dead("e1", "e2", "e3")
    nothing = await bench.store.redrive("a", Choice(topic="other"), redrive="x", limit=10, up_to=100, rate=1000)
    assert (nothing.moved, nothing.left) == (0, 0)
    step = await bench.store.redrive(
        "a", Choice(topic="t", ids=("e2", "gone")), redrive="x", limit=10, up_to=100, rate=1000
    )
    assert (step.moved, step.left) == (1, 0)
    assert await bench.listed() == ["e1", "e3"]


@pytest.mark.parametrize("ids", [None, ("e1", "e2", "e3")])
async def test_what_died_since_is_neither_moved_nor_counted_nor_hidden(
    bench: Bench, now: list[float], ids: tuple[str, ...] | None
) -> None:
    await bench.dead("e1", "e2")
    now[0] += 1
    await bench.dead("e3")
    choice = Choice(ids=ids, died_by=1000)
    steps = [
        await bench.store.redrive("a", choice, redrive="x", limit=limit, up_to=100, rate=1000) for limit in (1, 5, 5)
    ]
    assert [step.moved for step in steps] == [1, 1, 0]
    assert steps[-1].left == 0
    assert await bench.listed() == ["e3"]


@pytest.mark.usefixtures("aws")
async def test_what_sqs_gave_up_by_itself_died_when_it_was_sent(now: list[float]) -> None:
    store = sqs_store(now=now)
    client = boto3.client("sqs")
    client.send_message(QueueUrl=client.get_queue_url(QueueName="a-dead")["QueueUrl"], MessageBody='{"id": "e1"}')
    steps = [
        await store.redrive("a", Choice(died_by=died_by), redrive="x", limit=5, up_to=100, rate=1000)
        for died_by in (time.time() - 3600, time.time() + 3600)
    ]
    assert [(step.moved, step.left) for step in steps] == [(0, 0), (1, 0)]
    await store.close()


async def test_a_step_of_nothing_tells_how_many_there_are(bench: Bench) -> None:
    await bench.dead("e1", "e2")
    step = await bench.store.redrive("a", ALL, redrive="x", limit=0, up_to=0, rate=1000)
    assert (step.moved, step.moved_in_all, step.left) == (0, 0, 2)


async def test_what_is_discarded_is_gone_and_was_still_counted(bench: Bench) -> None:
    await bench.dead("e1", "e2")
    assert await bench.store.discard("a", ["e1", "gone"]) == ["e1"]
    assert await bench.store.discard("b", ["e2"]) == []
    assert await bench.listed() == ["e2"]
    depth = await bench.depth()
    assert (depth.dead_letters, depth.died, depth.waiting) == (1, 2, 0)


async def test_what_would_be_discarded_is_told_and_still_there(bench: Bench) -> None:
    await bench.dead("e1", "e2")
    assert await bench.store.discard("a", ["e1", "gone"], dry_run=True) == ["e1"]
    assert await bench.store.discard("b", ["e2"], dry_run=True) == []
    assert await bench.listed() == ["e1", "e2"]
    assert (await bench.depth()).died == 2


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("dry_run", [True, False])
async def test_a_search_for_what_is_not_there_ends_though_the_queue_never_does(
    now: list[float], monkeypatch: pytest.MonkeyPatch, *, dry_run: bool
) -> None:
    """Each message is to be seen again before the queue's end is."""
    monkeypatch.setattr("service.store.sqs_received.HIDDEN", 0)
    monkeypatch.setattr("service.store.sqs_dead_letters.LOOKED_THROUGH", 50)
    store = sqs_store(now=now)
    await Bench(store, give_up_on_sqs).dead("e1")
    assert await store.discard("a", ["gone"], dry_run=dry_run) == []
    await store.close()


async def test_what_sqlite_counts_is_exact_and_what_sqs_counts_says_that_it_is_not(bench: Bench) -> None:
    await bench.dead("e1")
    depth = await bench.depth()
    assert depth.approximate is isinstance(bench.store, SqsEventStore)
    assert (depth.published, depth.died) == (1, 1)


@pytest.mark.usefixtures("aws")
async def test_a_step_that_ends_after_it_was_counted_loses_nothing_and_keeps_the_maximum(
    now: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.store.sqs_received.HIDDEN", 0)
    store = sqs_store(now=now)
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
    await store.close()


@pytest.mark.usefixtures("aws")
async def test_two_steps_of_one_redrive_at_once_do_not_move_more_than_allowed(now: list[float]) -> None:
    store = sqs_store(now=now)
    boto3.client("dynamodb").put_item(TableName="idempotency", Item={"key": {"S": "redrive x"}, "moved": {"N": "7"}})
    step = await store.redrive("a", ALL, redrive="x", limit=5, up_to=7, rate=1000)
    assert (step.moved, step.moved_in_all) == (0, 7)
    await store.close()


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("body", ["not JSON", '{"id": 7}'])
async def test_what_another_program_put_there_is_listed_and_discarded_by_the_id_that_sqs_gave_it(
    now: list[float], body: str
) -> None:
    store = sqs_store(now=now)
    client = boto3.client("sqs")
    url = client.get_queue_url(QueueName="a-dead")["QueueUrl"]
    attribute = {"died_at": {"DataType": "String", "StringValue": "yesterday"}}
    sent = client.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=attribute)  # type: ignore[arg-type] # as above
    (letter,) = (await store.dead_letters(agent="a", topic=None, limit=10, after=None)).dead_letters
    assert (letter.id, letter.topic, letter.died_at) == (sent["MessageId"], "", None)
    assert letter.reason == "not acknowledged in time"
    assert await store.discard("a", [letter.id]) == [letter.id]
    await store.close()


@pytest.mark.usefixtures("aws")
async def test_what_an_instance_counted_is_told_when_the_queue_is_looked_at(now: list[float]) -> None:
    one, other = sqs_store(now=now), sqs_store(now=now)
    for store in (one, other):
        await store.publish(Event(id="e", topic="t", document_id="d", request_id="r"), ("a",), None)
        store.acknowledged("a", "t")
    await one.check()
    depth = next(depth for depth in await other.depths() if depth.agent == "a")
    assert (depth.published, depth.acknowledged, depth.oldest_at) == (2, 2, None)
    await one.close()
    await other.close()


@pytest.mark.usefixtures("aws")
async def test_what_could_not_be_told_is_told_later(now: list[float]) -> None:
    store = sqs_store(now=now)
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
    await store.close()
