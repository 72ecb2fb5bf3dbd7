"""What operators have set for every instance: one control document, changed an entry at a time."""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from service.fleet.control_copy import ControlCopy
from service.fleet.schema import UnknownSchemaError, decoded
from service.reliability.control_entry import Change, Entry, changed, is_already_so
from service.reliability.operating_mode import agent_key
from service.store.control import AuditLine, ControlDocument, ControlStore, VersionConflictError
from service.store.errors import StoreError

DOCUMENT = "operations"
SCHEMA = 1

READ_WITHIN = 2.0
"""Seconds that a reading for a change may take: its caller is a person, who waits longer than a request does."""

TRIES = 50
"""Writes of a change before it is given up; each but the first means that somebody changed another entry meanwhile."""


class EntryConflictError(Exception):
    """Somebody else has changed the entry; `current` is what stands there now."""

    def __init__(self, key: str, expected: int, current: Entry | None) -> None:
        found = 0 if current is None else current.revision
        super().__init__(f"{key} is at revision {found}; expected {expected}")
        self.current = current


@dataclass(frozen=True, kw_only=True)
class Changed:
    """What a change made of an entry, or would make of it in a dry run. `version` is the document's."""

    before: Entry | None
    after: Entry
    version: int
    changed: bool  # False: it was so already, and nothing is written


class Operations:
    """The entries as of this instance's copy, and the way to change one.

    Of a document that this version of the service cannot read it keeps what it last understood, and says so in
    `problem`.
    """

    def __init__(self, store: ControlStore, copy: ControlCopy, *, wall_clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._copy = copy
        self._now = wall_clock
        self._entries: Mapping[str, Entry] = {}
        self._listeners: list[Callable[[str, Entry], None]] = []
        self.problem = ""

    def listen(self, listener: Callable[[str, Entry], None]) -> None:
        """Have a listener hear of each entry whose revision is another than this instance knew, by its key."""
        self._listeners.append(listener)

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Everything that was ever set, by its key."""
        return self._entries

    def entry(self, key: str) -> Entry | None:
        """What was last set there, whether it holds or has ended; None when nothing ever was."""
        return self._entries.get(key)

    def in_force(self, key: str) -> Entry | None:
        """The entry while it holds."""
        entry = self._entries.get(key)
        return entry if entry is not None and entry.in_force(self._now()) else None

    def quarantined(self, agent: str) -> bool:
        """Whether the messages of an agent are to be held."""
        return self.in_force(agent_key(agent)) is not None

    def seen(self, document: ControlDocument) -> None:
        """Take over what a new version of the document says."""
        try:
            entries = decode(document.body)
        except UnknownSchemaError as error:
            self.problem = str(error)
            return
        self.problem = ""
        before, self._entries = self._entries, entries
        for key, entry in entries.items():
            if key not in before or before[key].revision != entry.revision:
                for listener in self._listeners:
                    listener(key, entry)

    async def load(self) -> None:
        """Read the document with a person's patience: an instance that starts has no copy to go on with.

        Raises:
            StoreError: the store did not answer.
        """
        with suppress(UnknownSchemaError):  # which `problem` tells
            await self._stored(DOCUMENT)

    async def change(
        self, key: str, change: Change, *, expected_revision: int | None = None, dry_run: bool = False
    ) -> Changed:
        """Have a change made of one entry as it is now; tried again when another entry was changed meanwhile.

        `expected_revision` is the one that the caller has seen, 0 for none.

        Raises:
            EntryConflictError: somebody else has changed this entry; nothing was written.
            UnknownSchemaError: the document is of another version of the service; nothing was written.
            StoreError: the store did not say that it is done; nothing is known to be changed.
        """
        now = self._now()
        before, version = await self._stored(key)
        if expected_revision is not None and expected_revision != _revision(before):
            raise EntryConflictError(key, expected_revision, before)
        after = changed(before, change, now)
        if is_already_so(before, change, now):
            return Changed(before=before, after=before or after, version=version, changed=False)
        if dry_run:
            return Changed(before=before, after=after, version=version + 1, changed=True)
        for _ in range(TRIES):
            if await self._written(key, after, version, change.action):
                return Changed(before=before, after=after, version=version + 1, changed=True)
            current, version = await self._stored(key)
            if _revision(current) != _revision(before):
                raise EntryConflictError(key, _revision(before), current)
        raise StoreError(f"other entries of {DOCUMENT} were changed {TRIES} times meanwhile")

    async def _stored(self, key: str) -> tuple[Entry | None, int]:
        """An entry as it is stored now, and the document's version."""
        try:
            async with asyncio.timeout(READ_WITHIN):
                documents = await self._store.read([DOCUMENT])
        except TimeoutError as error:
            raise StoreError(f"the control store did not answer within {READ_WITHIN:g} s") from error
        for document in documents:
            self._copy.take(document)
        if self.problem:
            raise UnknownSchemaError(self.problem)
        known = self._copy.document(DOCUMENT)
        return self.entry(key), 0 if known is None else known.version

    async def _written(self, key: str, after: Entry, over: int, action: str) -> bool:
        """Store the entry, if the document is at a version still; False when somebody else has written it."""
        body = msgspec.json.encode(_Document(schema=SCHEMA, entries={**self._entries, key: after}))
        document = ControlDocument(name=DOCUMENT, version=over + 1, body=body)
        audit = AuditLine(
            document=DOCUMENT,
            version=document.version,
            at=after.since,
            by=after.by,
            action=action,
            reason=after.reason,
            subject=key,
        )
        try:
            await self._store.write(document, audit)
        except VersionConflictError:
            return False
        except StoreError:  # it may be done all the same
            current, _ = await self._stored(key)
            if current != after:
                raise
            return True
        self._copy.take(document)
        return True


def decode(body: bytes) -> Mapping[str, Entry]:
    """The entries that a stored body says.

    Raises:
        UnknownSchemaError: it is of another version of the service.
    """
    return decoded(body, _Document, schema=SCHEMA, what=f"the document {DOCUMENT}").entries


class _Document(msgspec.Struct, frozen=True, kw_only=True):
    schema: int
    entries: dict[str, Entry]


def _revision(entry: Entry | None) -> int:
    return 0 if entry is None else entry.revision
