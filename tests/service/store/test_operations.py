"""What operators set is one document; each change is made of one entry of it, and none is lost."""

from collections.abc import Sequence

import pytest

from service.fleet.control_copy import ControlCopy
from service.fleet.operations import DOCUMENT, EntryConflictError, Operations
from service.fleet.schema import UnknownSchemaError
from service.reliability.control_entry import Change, Entry
from service.store.control import AuditLine, ControlDocument, ControlStore
from service.store.errors import StoreError
from service.store.sqlite_control import SqliteControlStore
from service.store.sqlite_file import SqliteFile
from tests.unit.reliability.manual_clock import ManualClock

SAFE, DRAIN = "mode/safe_mode", "mode/write_drain"
ON = Change(on=True, by="ann", reason="the provider is down", action="safe_mode on")
OFF = Change(on=False, by="bob", reason="it is back", action="safe_mode off")


class Instance:
    """Operations as one instance has them."""

    def __init__(self, store: ControlStore, clock: ManualClock) -> None:
        self.store = store
        self.heard: list[tuple[str, int]] = []
        self.copy = ControlCopy(store, [DOCUMENT], on_change=self.seen, on_answer=lambda _: None)
        self.operations = Operations(store, self.copy, wall_clock=clock)
        self.operations.listen(lambda key, entry: self.heard.append((key, entry.revision)))

    def seen(self, document: ControlDocument) -> None:
        self.operations.seen(document)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store(file: SqliteFile) -> ControlStore:
    return SqliteControlStore(file)


@pytest.fixture
def ours(store: ControlStore, clock: ManualClock) -> Instance:
    return Instance(store, clock)


@pytest.fixture
def theirs(store: ControlStore, clock: ManualClock) -> Instance:
    return Instance(store, clock)


async def test_what_one_instance_sets_the_other_has_after_its_next_reading(ours: Instance, theirs: Instance) -> None:
    assert ours.operations.in_force(SAFE) is None
    done = await ours.operations.change(SAFE, ON)
    expected = Entry(on=True, by="ann", reason="the provider is down", since=1000.0, revision=1)
    assert (done.before, done.after, done.version, done.changed) == (None, expected, 1, True)
    await theirs.copy.refresh()
    assert theirs.operations.in_force(SAFE) == expected
    assert (ours.heard, theirs.heard) == ([(SAFE, 1)], [(SAFE, 1)])


async def test_each_change_is_audited_by_its_subject(ours: Instance) -> None:
    await ours.operations.change(SAFE, ON)
    await ours.operations.change(SAFE, OFF)
    newest, _ = await ours.store.audit(DOCUMENT, 10)
    assert newest == AuditLine(
        document=DOCUMENT, version=2, at=1000.0, by="bob", action="safe_mode off", reason="it is back", subject=SAFE
    )


async def test_an_entry_ends_by_the_clock_and_stays_to_say_who_set_it(ours: Instance, clock: ManualClock) -> None:
    await ours.operations.change(SAFE, Change(on=True, by="ann", reason="r", action="a", ttl=60))
    clock.advance(59.9)
    assert ours.operations.in_force(SAFE) is not None
    clock.advance(0.1)
    assert ours.operations.in_force(SAFE) is None
    entry = ours.operations.entry(SAFE)
    assert entry is not None
    assert (entry.by, entry.until) == ("ann", 1060.0)


async def test_what_is_so_already_is_not_written_again(ours: Instance) -> None:
    nothing = await ours.operations.change(SAFE, OFF)
    assert (nothing.changed, nothing.before, nothing.after.on, nothing.version) == (False, None, False, 0)
    await ours.operations.change(SAFE, ON)
    again = await ours.operations.change(SAFE, Change(on=True, by="bob", reason="me too", action="safe_mode on"))
    assert (again.changed, again.after.by, again.version) == (False, "ann", 1)
    assert len(await ours.store.audit(DOCUMENT, 10)) == 1


async def test_other_settings_or_a_new_end_are_a_change(ours: Instance) -> None:
    await ours.operations.change(SAFE, ON)
    longer = await ours.operations.change(SAFE, Change(on=True, by="ann", reason="r", action="a", ttl=60))
    other = await ours.operations.change(
        SAFE, Change(on=True, by="ann", reason="r", action="a", settings={"percentage": 25})
    )
    assert (longer.after.revision, other.after.revision) == (2, 3)


async def test_a_dry_run_says_what_would_become_of_it_and_writes_nothing(ours: Instance) -> None:
    would = await ours.operations.change(SAFE, ON, dry_run=True)
    assert (would.before, would.after.on, would.after.revision, would.version) == (None, True, 1, 1)
    assert ours.operations.entry(SAFE) is None
    assert await ours.store.read([DOCUMENT]) == []


async def test_who_has_seen_another_revision_is_refused_and_shown_what_is_there(
    ours: Instance, theirs: Instance
) -> None:
    await theirs.operations.change(SAFE, ON)
    with pytest.raises(EntryConflictError, match="mode/safe_mode is at revision 1; expected 0") as caught:
        await ours.operations.change(SAFE, ON, expected_revision=0)
    assert caught.value.current is not None
    assert caught.value.current.by == "ann"
    done = await ours.operations.change(SAFE, OFF, expected_revision=1)
    assert done.after.revision == 2


class Overtaken:
    """A store in which, just before our first write, somebody else has written."""

    def __init__(self, store: ControlStore, other: Instance, key: str) -> None:
        self._store = store
        self._other: Instance | None = other
        self._key = key

    async def read(self, names: Sequence[str]) -> list[ControlDocument]:
        return await self._store.read(names)

    async def write(self, document: ControlDocument, audit: AuditLine) -> None:
        other, self._other = self._other, None
        if other is not None:
            await other.operations.change(self._key, Change(on=True, by="eve", reason="r", action="a"))
        await self._store.write(document, audit)

    async def audit(self, name: str, limit: int, *, before: int | None = None) -> list[AuditLine]:
        return await self._store.audit(name, limit, before=before)


async def test_a_change_is_made_although_another_entry_was_changed_meanwhile(
    store: ControlStore, theirs: Instance, clock: ManualClock
) -> None:
    ours = Instance(Overtaken(store, theirs, DRAIN), clock)
    done = await ours.operations.change(SAFE, ON)
    assert (done.version, done.after.revision) == (2, 1)
    await theirs.copy.refresh()
    assert {key for key in (SAFE, DRAIN) if theirs.operations.in_force(key)} == {SAFE, DRAIN}


async def test_a_change_is_refused_when_somebody_changed_the_same_entry_meanwhile(
    store: ControlStore, theirs: Instance, clock: ManualClock
) -> None:
    ours = Instance(Overtaken(store, theirs, SAFE), clock)
    with pytest.raises(EntryConflictError) as caught:
        await ours.operations.change(SAFE, ON)
    assert caught.value.current is not None
    assert caught.value.current.by == "eve"


class Unclear(Overtaken):
    """A store that says that it failed, after it has written or not."""

    def __init__(self, store: ControlStore, *, writes: bool) -> None:
        self._store = store
        self._writes = writes

    async def write(self, document: ControlDocument, audit: AuditLine) -> None:
        if self._writes:
            await self._store.write(document, audit)
        raise StoreError("the connection was lost")


async def test_a_write_whose_end_is_not_known_is_looked_for(store: ControlStore, clock: ManualClock) -> None:
    lost = Instance(Unclear(store, writes=False), clock)
    with pytest.raises(StoreError, match="the connection was lost"):
        await lost.operations.change(SAFE, ON)
    assert lost.operations.entry(SAFE) is None
    done = await Instance(Unclear(store, writes=True), clock).operations.change(SAFE, ON)
    assert (done.version, done.after.by) == (1, "ann")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b'{"schema": 2, "entries": {}}', "the document operations has schema 2; this version of the service reads 1"),
        (b'{"schema": 1, "entries": {"mode/safe_mode": 1}}', "the document operations cannot be read: Expected"),
        (b"{", "the document operations cannot be read: Input data was truncated"),
    ],
)
async def test_a_document_of_another_version_is_told_and_never_written_over(
    ours: Instance, body: bytes, problem: str
) -> None:
    await ours.operations.change(SAFE, ON)
    audit = AuditLine(document=DOCUMENT, version=2, at=1.0, by="newer", action="a", reason="r")
    await ours.store.write(ControlDocument(name=DOCUMENT, version=2, body=body), audit)
    await ours.copy.refresh()
    assert ours.operations.problem.startswith(problem)
    assert ours.operations.in_force(SAFE) is not None  # as it was last understood
    with pytest.raises(UnknownSchemaError):
        await ours.operations.change(SAFE, OFF)
    assert (await ours.store.read([DOCUMENT]))[0].body == body
