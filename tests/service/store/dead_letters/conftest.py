"""Each event store, with time that passes when the test says so."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from service.store.sqlite_events import SqliteEventStore
from tests.service.store.aws import sqs_store
from tests.service.store.conftest import sqlite_file
from tests.service.store.dead_letters.bench import REASON, Bench, give_up_on_sqs


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
