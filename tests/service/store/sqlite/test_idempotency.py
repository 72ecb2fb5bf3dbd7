"""An idempotency key names one event, for a day."""

from pathlib import Path

from service.store.sqlite_event_schema import SCHEMA
from service.store.sqlite_file import SqliteFile
from tests.service.store.conftest import sqlite_file
from tests.service.store.sqlite.rows import claim, publish


async def test_an_idempotency_key_names_one_event_for_a_day(file: SqliteFile) -> None:
    day = 24 * 3600.0
    assert await publish(file, "e1", key="k", now=0) == "e1"
    assert await publish(file, "e2", key="k", now=day) == "e1"
    assert len(await claim(file, now=day)) == 1
    assert await publish(file, "e3", key="k", now=day + 1) == "e3"


async def test_an_idempotency_key_is_not_lent_to_another_event(file: SqliteFile) -> None:
    day = 24 * 3600.0
    assert await publish(file, "e1", key="k", document_id="d1") == "e1"
    assert await publish(file, "e2", key="k", document_id="d2") is None
    assert await publish(file, "e3", key="k", document_id="d1") == "e1"
    assert [message.id for message in await claim(file, now=1)] == ["e1"]
    assert await publish(file, "e4", key="k", document_id="d2", now=day + 1) == "e4"


async def test_publishing_the_same_event_again_adds_nothing(file: SqliteFile) -> None:
    for _ in range(2):
        assert await publish(file, "e1", key="k") == "e1"
    assert len(await claim(file, now=1)) == 1


async def test_a_file_from_before_the_digests_of_idempotency_keys_is_taken_as_it_is(tmp_path: Path) -> None:
    before = SCHEMA.partition("-- A table of its own")[0]
    assert "digest" not in before
    for schema in (before, SCHEMA):
        file = sqlite_file(tmp_path)
        await file.open(schema)
        if schema is before:
            await file.run(lambda connection: connection.execute("INSERT INTO idempotency_keys VALUES ('k', 'e1', 0)"))
        else:
            assert await publish(file, "e2", key="k", now=1) == "e1"
            assert await publish(file, "e3", key="k3", now=1) == "e3"
        await file.close()
