"""What every control store does."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from service.store import sqlite_control
from service.store.control import AuditLine, ControlDocument, ControlStore, VersionConflictError
from service.store.errors import StoreError
from service.store.sqlite_control import SqliteControlStore
from tests.service.store.conftest import sqlite_file


def document(version: int, body: bytes = b"{}", name: str = "rollout:embeddings") -> ControlDocument:
    return ControlDocument(name=name, version=version, body=body)


def audit(version: int, by: str = "operator", name: str = "rollout:embeddings") -> AuditLine:
    return AuditLine(document=name, version=version, at=1.0, by=by, action="start", reason="because")


async def test_a_document_is_read_as_it_was_written(store: ControlStore) -> None:
    await store.write(document(1, b"\x00a"), audit(1))
    assert await store.read(["rollout:embeddings", "another"]) == [document(1, b"\x00a")]


async def test_each_write_is_audited(store: ControlStore) -> None:
    await store.write(document(1), audit(1, "ann"))
    await store.write(document(2), audit(2, "bob"))
    assert [line.by for line in await store.audit("rollout:embeddings", 10)] == ["bob", "ann"]
    assert [line.by for line in await store.audit("rollout:embeddings", 1)] == ["bob"]


async def test_the_audit_goes_back_from_any_version(store: ControlStore) -> None:
    for version in range(1, 6):
        await store.write(document(version), audit(version))

    async def versions(before: int, limit: int = 10) -> list[int]:
        return [line.version for line in await store.audit("rollout:embeddings", limit, before=before)]

    assert await versions(4) == [3, 2, 1]
    assert await versions(4, limit=2) == [3, 2]
    assert await versions(99) == [5, 4, 3, 2, 1]
    assert await versions(1) == await versions(0) == []


@pytest.mark.parametrize("version", [1, 3, 0])
async def test_a_write_over_another_version_than_the_stored_one_changes_nothing(
    store: ControlStore, version: int
) -> None:
    await store.write(document(1), audit(1))
    with pytest.raises(VersionConflictError, match=r"is at version 1") as caught:
        await store.write(document(version, b"other"), audit(version, "mallory"))
    assert caught.value.current == 1
    assert await store.read(["rollout:embeddings"]) == [document(1)]
    assert [line.by for line in await store.audit("rollout:embeddings", 10)] == ["operator"]


async def test_documents_are_versioned_apart(store: ControlStore) -> None:
    await store.write(document(1), audit(1))
    await store.write(document(1, name="b"), audit(1, name="b"))
    assert [found.name for found in await store.read(["b", "rollout:embeddings"])] == ["b", "rollout:embeddings"]


async def test_of_two_instances_that_decide_at_once_one_does_each_time(tmp_path: Path) -> None:
    files = [sqlite_file(tmp_path), sqlite_file(tmp_path)]
    for file in files:
        await file.open(sqlite_control.SCHEMA)
    stores = [SqliteControlStore(file) for file in files]

    async def decides(number: int, version: int) -> bool:
        try:
            await stores[number].write(document(version, b"%d" % number), audit(version, str(number)))
        except VersionConflictError:
            return False
        return True

    for version in range(1, 1001):
        assert sorted(await asyncio.gather(decides(0, version), decides(1, version))) == [False, True]
    lines = await stores[0].audit("rollout:embeddings", 2000)
    assert [line.version for line in lines] == list(range(1000, 0, -1))
    for file in files:
        await file.close()


async def test_a_locked_store_is_an_error_and_writes_again_when_it_is_free(tmp_path: Path) -> None:
    hasty = sqlite_file(tmp_path, busy_timeout=0.01)
    await hasty.open(sqlite_control.SCHEMA)
    store = SqliteControlStore(hasty)
    other = sqlite3.connect(tmp_path / "ballast.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"):
        await store.write(document(1), audit(1))
    other.execute("ROLLBACK")
    assert await store.read(["rollout:embeddings"]) == []
    await store.write(document(1), audit(1))
    other.close()
    await hasty.close()


async def test_a_full_store_is_an_error_and_nothing_is_half_written(tmp_path: Path) -> None:
    full = sqlite_file(tmp_path, threads=1)  # so one connection, which knows the limit
    await full.open(sqlite_control.SCHEMA)
    store = SqliteControlStore(full)
    await store.write(document(1), audit(1))
    pages = await full.run(lambda connection: connection.execute("PRAGMA page_count").fetchone()[0])
    await full.run(lambda connection: connection.execute(f"PRAGMA max_page_count = {pages}").fetchone())
    with pytest.raises(StoreError, match="full"):
        await store.write(document(2, b"x" * 1_000_000), audit(2))
    assert await store.read(["rollout:embeddings"]) == [document(1)]
    assert [line.version for line in await store.audit("rollout:embeddings", 10)] == [1]
    await full.close()


async def test_an_audit_line_says_what_of_the_document_was_changed(store: ControlStore) -> None:
    line = AuditLine(
        document="operations", version=1, at=1.0, by="a", action="on", reason="r", subject="mode/safe_mode"
    )
    await store.write(document(1, name="operations"), line)
    await store.write(document(2, name="operations"), audit(2, name="operations"))
    newest, oldest = await store.audit("operations", 10)
    assert (newest.subject, oldest) == ("operations", line)


BEFORE_SUBJECTS = """
CREATE TABLE control_documents (name TEXT PRIMARY KEY, version INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
CREATE TABLE control_audit (
    document TEXT NOT NULL, version INTEGER NOT NULL, at REAL NOT NULL, by TEXT NOT NULL, action TEXT NOT NULL,
    reason TEXT NOT NULL, PRIMARY KEY (document, version)
) STRICT;
"""


async def test_a_file_from_before_audit_lines_had_a_subject_serves_both_versions(tmp_path: Path) -> None:
    file = sqlite_file(tmp_path)
    await file.open(BEFORE_SUBJECTS)
    as_before = "INSERT INTO control_audit VALUES ('operations', ?, 1.0, 'ann', 'start', 'because')"
    await file.run(lambda connection: connection.execute(as_before, (1,)).rowcount)
    await file.open(sqlite_control.SCHEMA)
    await file.run(lambda connection: connection.execute(as_before, (2,)).rowcount)
    lines = await SqliteControlStore(file).audit("operations", 10)
    assert [(line.version, line.by, line.subject) for line in lines] == [
        (2, "ann", "operations"),
        (1, "ann", "operations"),
    ]
    await file.close()


async def test_a_write_to_sqlite_waits_for_a_lock_that_a_read_would_not_wait_for(tmp_path: Path) -> None:
    impatient = 0.05
    file = sqlite_file(tmp_path, busy_timeout=impatient, threads=1)
    await file.open(sqlite_control.SCHEMA)
    other = sqlite3.connect(tmp_path / "ballast.sqlite3", isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(SqliteControlStore(file).write(document(1), audit(1)))
        await asyncio.wait({writing}, timeout=4 * impatient)
        assert not writing.done()
        other.execute("COMMIT")
        await writing
        assert [each.version for each in await SqliteControlStore(file).read(["rollout:embeddings"])] == [1]
        assert await file.run(lambda connection: connection.execute("PRAGMA busy_timeout").fetchone()) == (50,)
    finally:
        other.close()
        await file.close()
