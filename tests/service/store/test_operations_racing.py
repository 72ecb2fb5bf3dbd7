"""However changes of several instances meet, each that was answered as made is there, and no other."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from service.fleet.operations import DOCUMENT, EntryConflictError, decode
from service.reliability.control_entry import Change, Entry
from service.store import sqlite_control
from service.store.control import AuditLine, ControlDocument, ControlStore, VersionConflictError
from service.store.sqlite_control import SqliteControlStore
from tests.service.store.conftest import sqlite_file
from tests.service.store.test_operations import Instance
from tests.unit.reliability.manual_clock import ManualClock


@dataclass
class Meeting:
    """A store whose readings and writes take as many turns of the loop as they are told."""

    turns: list[int]
    documents: dict[str, ControlDocument] = field(default_factory=dict)
    lines: list[AuditLine] = field(default_factory=list)

    async def _wait(self) -> None:
        for _ in range(self.turns.pop() if self.turns else 0):
            await asyncio.sleep(0)

    async def read(self, names: Sequence[str]) -> list[ControlDocument]:
        await self._wait()
        found = [self.documents[name] for name in names if name in self.documents]
        await self._wait()
        return found

    async def write(self, document: ControlDocument, audit: AuditLine) -> None:
        await self._wait()
        current = self.documents[document.name].version if document.name in self.documents else 0
        if document.version != current + 1:
            raise VersionConflictError(document.name, document.version - 1, current)
        self.documents[document.name] = document
        self.lines.append(audit)
        await self._wait()

    async def audit(self, name: str, limit: int, *, before: int | None = None) -> list[AuditLine]:
        raise NotImplementedError


@dataclass(frozen=True)
class Writer:
    """Someone who changes one entry on one instance, several times in turn."""

    instance: int
    key: str
    times: int


WRITERS = st.lists(
    st.builds(Writer, st.integers(0, 2), st.sampled_from(["mode/a", "flag/b", "agent/c"]), st.integers(1, 4)),
    min_size=2,
    max_size=6,
)


async def change_all(stores: Sequence[ControlStore], writers: Sequence[Writer]) -> Counter[str]:
    """How many changes of each entry were answered as made. Each sets what nobody has set, so none changes nothing."""
    instances = [Instance(store, ManualClock()) for store in stores]
    made: Counter[str] = Counter()
    found: list[tuple[Change, Entry | None]] = []  # what stood in the way of the changes that were refused

    async def write(number: int, writer: Writer) -> None:
        for time in range(writer.times):
            change = Change(on=True, by=str(number), reason="r", action="a", settings={"writer": number, "time": time})
            try:
                done = await instances[writer.instance].operations.change(writer.key, change)
            except EntryConflictError as refused:
                found.append((change, refused.current))
            else:
                made[writer.key] += 1
                assert done.after.settings == change.settings

    await asyncio.gather(*(write(number, writer) for number, writer in enumerate(writers)))
    assert all(entry is not None and entry.settings != change.settings for change, entry in found)
    return made


@given(WRITERS, st.lists(st.integers(0, 5), max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_change_is_lost_and_none_is_made_twice(writers: list[Writer], turns: list[int]) -> None:
    store = Meeting(turns)
    made = asyncio.run(change_all([store] * 3, writers))
    stored = store.documents[DOCUMENT]
    entries = decode(stored.body)
    assert {key: entry.revision for key, entry in entries.items()} == dict(made)
    assert stored.version == made.total()
    assert [line.version for line in store.lines] == list(range(1, made.total() + 1))
    assert Counter(line.subject for line in store.lines) == made


async def test_nor_do_instances_that_share_a_file_lose_any(tmp_path: Path) -> None:
    files = [sqlite_file(tmp_path) for _ in range(2)]
    for file in files:
        await file.open(sqlite_control.SCHEMA)
    writers = [Writer(number % 2, f"flag/{number}", 5) for number in range(8)]
    stores = [SqliteControlStore(file) for file in files]
    assert await change_all(stores, writers) == {f"flag/{number}": 5 for number in range(8)}
    (stored,) = await stores[0].read([DOCUMENT])
    assert {key: entry.revision for key, entry in decode(stored.body).items()} == {
        f"flag/{number}": 5 for number in range(8)
    }
    assert [line.version for line in await stores[0].audit(DOCUMENT, 100)] == list(range(40, 0, -1))
    for file in files:
        await file.close()
