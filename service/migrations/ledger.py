"""What is remembered in the database about each migration, and whether it fits the migrations of this version."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from service.migrations.errors import RefusedError
from service.migrations.migration import Filled, Migration, Phase, shown, titled


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A migration that was begun, and how far it has come."""

    number: int
    name: str
    phase: Phase
    checksum: str
    complete: bool = False
    after: str | None = None  # where the next batch goes on
    seen: int = 0
    changed: int = 0
    begun_at: float  # Unix seconds
    written_at: float


class Database(Protocol):
    """What migrations are applied to. Every method raises MigrationError, StoreError or StoreUnusableError."""

    def records(self) -> list[Record]:
        """What is remembered, in the order of numbers."""
        ...

    def begin(self, migrations: Sequence[Migration], limit: int) -> None:
        """Do every migration on a new database under the lock, and remember all of them at once.

        New is one in which no document is stored and no migration is remembered; with another nothing is done.
        """
        ...

    def step(self, migration: Migration, limit: int) -> Record:
        """Do a migration, or the next batch of it, under the lock, and remember it.

        What another has done meanwhile is not done again.
        """
        ...

    def undo(self, migration: Migration) -> None:
        """Undo a migration under the lock, and forget it."""
        ...

    def reopen(self, number: int) -> None:
        """Have a back-fill begin anew."""
        ...


def advanced(found: Record | None, migration: Migration, filled: Filled, *, now: float) -> Record:
    """What is to be remembered after a step; `found` is what was before it."""
    return Record(
        number=migration.number,
        name=migration.name,
        phase=migration.phase,
        checksum=migration.checksum,
        complete=filled.after is None,
        after=filled.after,
        seen=(found.seen if found else 0) + filled.seen,
        changed=(found.changed if found else 0) + filled.changed,
        begun_at=found.begun_at if found else now,
        written_at=now,
    )


def refuse_out_of_turn(migration: Migration, records: Sequence[Record]) -> None:
    """Refuse a step for which another process has taken the ground away since this one looked.

    Raises:
        RefusedError: what comes before it is not complete.
    """
    complete = {record.number for record in records if record.complete}
    for before in range(1, migration.number):
        if before not in complete:
            raise RefusedError(f"{migration.title} comes after {before:04}, which another process has undone meanwhile")


def refuse_under_others(migration: Migration, records: Sequence[Record]) -> None:
    """Refuse to undo what another process has put a migration on since this one looked.

    Raises:
        RefusedError: a later one was begun.
    """
    for record in records:
        if record.number > migration.number:
            later = titled(record.number, record.name)
            raise RefusedError(f"{migration.title} comes before {later}, which another process has begun meanwhile")


def problems(migrations: Sequence[Migration], records: Sequence[Record]) -> list[str]:
    """A sentence for each applied migration that this version has otherwise, or not before the others."""
    known = {migration.number: migration for migration in migrations}
    found = []
    for record in records:
        migration = known.get(record.number)
        if migration is None:
            continue  # of a later version
        if (record.name, record.phase) != (migration.name, migration.phase):
            found.append(
                f"{shown(migration.file)} has the number of {titled(record.number, record.name)} ({record.phase}), "
                "which was applied"
            )
        elif record.checksum != migration.checksum:
            found.append(
                f"{shown(migration.file)} was changed after it was applied: its checksum is "
                f"{migration.checksum[:12]}, and was {record.checksum[:12]}; put it back, and make the change "
                "in a migration of its own"
            )
    numbers = {record.number for record in records if record.complete}
    last = max((record.number for record in records), default=0)
    found += [
        f"{titled(number, migration.name)} is not complete, and {last:04} was begun"
        for number, migration in known.items()
        if number < last and number not in numbers
    ]
    return found


def newer(migrations: Sequence[Migration], records: Sequence[Record]) -> list[Record]:
    """What a later version than this one has applied."""
    return [record for record in records if record.number > len(migrations)]


def pending(migrations: Sequence[Migration], records: Sequence[Record]) -> list[Migration]:
    """What is not complete, in the order in which it has to be done."""
    complete = {record.number for record in records if record.complete}
    return [migration for migration in migrations if migration.number not in complete]
