"""Migrations of the documents' table in DynamoDB."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from service.migrations.dynamo_database import LEASE
from service.migrations.errors import FailedError, LockedError, NotCompleteError, RefusedError
from service.migrations.migration import WHOLE, Filled, register_migration
from service.migrations.migrations import migrations
from service.migrations.run import at_start, down, up
from service.migrations.target import DynamoTarget
from service.store.documents import Document
from service.store.dynamo import dynamo
from service.store.dynamo_documents import DynamoDocumentStore
from tests.service.migrations.files import (
    BASELINE,
    CONTRACT,
    DEMANDING,
    EXPAND,
    MIGRATE,
    MODEL,
    KilledError,
    ignored,
    killed,
    module,
)
from tests.service.migrations.table import TABLE, Clock, Connect, models, stored_before
from tests.service.store.aws import CONFIG

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

    from service.migrations.ledger import Record

pytestmark = pytest.mark.usefixtures("aws")


def waits_for_nothing(_: float) -> None:
    """As `sleep` between two batches."""


def test_an_empty_table_gets_all_at_the_start(connect: Connect) -> None:
    assert at_start(connect(), migrations(), told=ignored) == []
    assert [record.complete for record in connect().records()] == [True] * 4


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_first_start_that_was_killed_goes_on_at_the_next(connect: Connect, number: int) -> None:
    known = [replace(each, step=killed) if each.number == number else each for each in migrations()]
    with pytest.raises(KilledError):
        at_start(connect(), known, told=ignored)
    assert at_start(connect(), migrations(), told=ignored) == []
    assert [record.complete for record in connect().records()] == [True] * 4


def test_a_table_that_an_earlier_version_has_started_with_waits_for_the_command_though_it_is_empty(
    tmp_path: Path, connect: Connect
) -> None:
    at_start(connect(), migrations(), told=ignored)
    demanding = register_migration(module(tmp_path, "m0005_demanding", DEMANDING))
    warnings = at_start(connect(), (*migrations(), demanding), told=ignored)
    assert warnings == ["0005 demanding (contract): for `python -m service migrate up`"]
    assert at_start(connect(), migrations(), told=ignored) == []


def test_what_is_stored_is_filled_by_the_command_alone(client: "DynamoDBClient", connect: Connect) -> None:
    stored_before(client, range(7))
    stored_before(client, range(7, 9), embedded=False)
    (waits,) = at_start(connect(), migrations(), told=ignored)
    assert waits.startswith("0003 embedding_model_filled (migrate), 0004")
    assert models(client) == [""] * 9
    assert up(connect(), [MIGRATE, CONTRACT], told=ignored, limit=3, sleep=waits_for_nothing)
    assert models(client) == [MODEL] * 7 + [""] * 2
    record = connect().records()[2]
    assert (record.seen, record.changed) == (9, 7)


def test_a_back_fill_stopped_after_any_batch_goes_on_from_there(client: "DynamoDBClient", connect: Connect) -> None:
    stored_before(client, range(5))
    at_start(connect(), migrations(), told=ignored)
    named, complete = [], False
    while not complete:
        seen: list[Record] = []
        complete = up(connect(), [MIGRATE], told=seen.append, limit=2, stopped=lambda seen=seen: bool(seen))  # type: ignore[misc]
        named.append(models(client).count(MODEL))
    assert named == [2, 4, 5]


def test_a_batch_that_was_cut_off_in_its_middle_is_made_again_without_harm(
    client: "DynamoDBClient", connect: Connect
) -> None:
    stored_before(client, range(4))
    at_start(connect(), migrations(), told=ignored)
    MIGRATE.step(DynamoTarget(client=client, table=TABLE, embedding_model=MODEL), None, 2)  # and nothing remembers it
    assert up(connect(), [MIGRATE, CONTRACT], told=ignored, limit=3, sleep=waits_for_nothing)
    assert models(client) == [MODEL] * 4
    assert connect().records()[2].changed == 2


def test_what_an_instance_named_meanwhile_keeps_its_name(client: "DynamoDBClient", connect: Connect) -> None:
    stored_before(client, range(2))

    async def embedded_anew() -> None:
        store = DynamoDocumentStore(dynamo(CONFIG), TABLE, model="model-2", wall_clock=lambda: 5.0)
        vector = np.ones(2, dtype=np.float32)
        await store.add(Document("d5", "title", "text"), lambda: vector)
        await store.store_embedding("d5", vector)
        assert {match.id for match in await store.nearest_by_provider(vector, 10)} == {"d0", "d1", "d5"}
        up(connect(), migrations(), told=ignored)
        assert {match.id for match in await store.nearest_by_provider(vector, 10)} == {"d5"}
        assert len(await store.nearest_locally(vector, 10)) == 3
        await store.close()

    asyncio.run(embedded_anew())
    assert sorted(models(client)) == [MODEL, MODEL, "model-2"]


def test_what_a_version_before_stores_after_the_back_fill_is_found_by_the_contract(
    client: "DynamoDBClient", connect: Connect
) -> None:
    stored_before(client, range(2))
    up(connect(), [BASELINE, EXPAND, MIGRATE], told=ignored)
    stored_before(client, range(2, 3))
    with pytest.raises(NotCompleteError, match="1 embeddings do not say"):
        up(connect(), [CONTRACT], told=ignored)
    up(connect(), [MIGRATE, CONTRACT], told=ignored)
    assert models(client) == [MODEL] * 3


def test_undone_and_applied_again_the_data_are_what_they_were(client: "DynamoDBClient", connect: Connect) -> None:
    stored_before(client, range(3))
    up(connect(), migrations(), told=ignored)
    before = client.scan(TableName=TABLE)["Items"]
    down(connect(), [EXPAND, MIGRATE, CONTRACT], told=ignored)
    assert [record.number for record in connect().records()] == [1]
    up(connect(), [EXPAND, MIGRATE, CONTRACT], told=ignored)
    after = client.scan(TableName=TABLE)["Items"]
    assert [item for item in before if "records" not in item] == [item for item in after if "records" not in item]


def test_the_lock_of_one_that_was_killed_is_taken_over_when_its_lease_has_ended(connect: Connect, clock: Clock) -> None:
    assert connect()._taken()  # and never heard of again
    with pytest.raises(LockedError, match=r"were locked by another process for more than 4 s"):
        up(connect(), [BASELINE], told=ignored)
    waited_from = clock.now
    assert up(connect(patience=LEASE), [BASELINE], told=ignored)
    assert clock.now - waited_from <= LEASE


def test_one_that_was_slower_than_its_lease_remembers_nothing(connect: Connect, clock: Clock) -> None:
    def slow(*_: object) -> Filled:
        clock.sleep(LEASE + 1)
        up(connect(), [BASELINE, EXPAND], told=ignored)
        return WHOLE

    with pytest.raises(LockedError, match="another process has taken over"):
        up(connect(), [replace(BASELINE, step=slow)], told=ignored)
    assert [record.number for record in connect().records()] == [1, 2]


def test_a_failing_migration_names_its_line_and_no_account(tmp_path: Path, connect: Connect) -> None:
    text = """
    from service.migrations.migration import Phase

    PHASE = Phase.EXPAND


    def up(on):
        on.client.get_item(TableName="nowhere", Key={"partition": {"S": "a"}, "place": {"S": "b"}})


    def down(on):
        pass
    """
    failing = register_migration(module(tmp_path, "m0001_failing", text))
    with pytest.raises(FailedError) as failed:
        up(connect(), [failing], told=ignored)
    assert str(failed.value) == (
        f"{tmp_path}/m0001_failing.py, line 8: GetItem failed: ResourceNotFoundException; "
        "it goes on from there when run again"
    )
    assert connect().records() == []


def test_a_version_refuses_what_a_later_one_demands(connect: Connect) -> None:
    at_start(connect(), migrations(), told=ignored)
    with pytest.raises(RefusedError, match="was applied by a later version"):
        at_start(connect(), (BASELINE, EXPAND), told=ignored)
