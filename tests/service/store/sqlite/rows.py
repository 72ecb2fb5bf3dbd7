"""What is put into a SQLite file, and taken out of it."""

import numpy as np

from service.store import sqlite_deliveries as deliveries
from service.store import sqlite_events as events
from service.store.documents import Document, Vector
from service.store.events import Event, Message
from service.store.sqlite_batch import SqliteBatch
from service.store.sqlite_file import SqliteFile


def vector(*values: float) -> Vector:
    return np.array(values, dtype=np.float32)


def document(number: int) -> Document:
    return Document(f"d{number}", f"title {number}", f"text {number}")


async def publish(
    file: SqliteFile, event_id: str, *, now: float = 0, key: str | None = None, document_id: str = "d"
) -> str | None:
    event = Event(id=event_id, topic="t", document_id=document_id, request_id="r")
    return await SqliteBatch(file).run(lambda connection: events.publish(connection, event, ("a", "b"), now, key))


async def claim(file: SqliteFile, *, now: float, agent: str = "a", limit: int = 10) -> list[Message]:
    return await file.run(
        lambda connection: deliveries.claim(connection, agent, now, limit=limit, visibility=30, max_receives=2)
    )
