"""Where the state is kept: in a SQLite file, or in DynamoDB and SQS."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from service.settings.configurations import (
    aws_control_config,
    aws_documents_config,
    aws_events_config,
    control_config,
    documents_config,
    events_config,
)
from service.settings.settings import Settings
from service.store import sqlite_control, sqlite_counts
from service.store.control import ControlStore
from service.store.counts import CountBoard
from service.store.documents import DocumentStore
from service.store.dynamo import dynamo
from service.store.dynamo_control import DynamoControlStore
from service.store.dynamo_counts import DynamoCountBoard
from service.store.dynamo_documents import DynamoDocumentStore
from service.store.errors import StoreError, StoreUnusableError
from service.store.events import EventStore
from service.store.redis_counts import RedisCountBoard
from service.store.sqlite_control import SqliteControlStore
from service.store.sqlite_counts import SqliteCountBoard
from service.store.sqlite_documents import SqliteDocumentStore
from service.store.sqlite_events import SqliteEventStore
from service.store.sqlite_file import SqliteFile
from service.store.sqs_events import SqsEventStore, sqs
from service.store.thread_pool import ThreadPool
from service.workload.events import Topic


@dataclass(frozen=True, kw_only=True)
class FleetStore:
    """What the instances share. `open` raises StoreUnusableError."""

    control: ControlStore
    board: CountBoard
    open: Callable[[], Awaitable[None]]
    close: Callable[[], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Stores:
    """Each store; `claimable` is the event queue where the service itself takes the messages out, else None.

    `accepted` hears of each delivery, by agent and topic, that the agent dealt with.
    """

    documents: DocumentStore
    events: EventStore
    claimable: SqliteEventStore | None
    accepted: Callable[[str, str], None]
    fleet: FleetStore
    threads: Mapping[str, ThreadPool]  # that their work is done in


def stores(settings: Settings) -> Stores:
    """The stores that the settings ask for; nothing is opened yet."""
    return _on_aws(settings) if settings.on_aws else _in_a_file(settings)


def _in_a_file(settings: Settings) -> Stores:
    of_events = SqliteFile(events_config(settings))
    events = SqliteEventStore(
        of_events,
        visibility=settings.queue_visibility,
        max_receives=settings.queue_max_receives,
    )
    file = SqliteFile(control_config(settings))
    fleet = FleetStore(
        control=SqliteControlStore(file),
        board=_redis(settings) or SqliteCountBoard(file),
        open=lambda: file.open(sqlite_control.SCHEMA + sqlite_counts.SCHEMA),
        close=file.close,
    )
    of_documents = SqliteFile(documents_config(settings))
    threads = {"documents": of_documents.threads, "events": of_events.threads, "control": file.threads}
    documents = SqliteDocumentStore(of_documents, model=settings.embedding_model)
    return Stores(
        documents=documents,
        events=events,
        claimable=events,
        accepted=_counted_when_acknowledged,
        fleet=fleet,
        threads=threads,
    )


def _on_aws(settings: Settings) -> Stores:
    queue, keys = sqs(aws_events_config(settings)), dynamo(aws_events_config(settings))
    events = SqsEventStore(
        queue,
        keys,
        queues=settings.event_queues,
        dead_letters=settings.dead_letter_queues,
        table=settings.idempotency_table,
        topic=Topic.DOCUMENT_CREATED,
    )
    aws = dynamo(aws_control_config())
    control = DynamoControlStore(aws, settings.control_table)
    board = _redis(settings) or DynamoCountBoard(aws, settings.counts_table)

    async def open_both() -> None:
        try:
            await control.read(["check"])
            await board.read("check")
        except StoreError as error:
            raise StoreUnusableError(f"the control store or the count board is not usable: {error}") from error

    tables = dynamo(aws_documents_config(settings))
    threads = {"documents": tables.threads, "events": queue.threads, "keys": keys.threads, "control": aws.threads}
    documents = DynamoDocumentStore(tables, settings.documents_table, model=settings.embedding_model)
    fleet = FleetStore(control=control, board=board, open=open_both, close=aws.close)
    return Stores(
        documents=documents,
        events=events,
        claimable=None,
        accepted=events.acknowledged,
        fleet=fleet,
        threads=threads,
    )


def _counted_when_acknowledged(_agent: str, _topic: str) -> None:
    """SQLite counts it with the acknowledgement."""


def _redis(settings: Settings) -> CountBoard | None:
    return RedisCountBoard(settings.count_board_url) if settings.count_board_url else None
