"""Applies and undoes migrations, one step after the other."""

import time
from collections.abc import Callable, Sequence

from service.migrations.errors import NotCompleteError, RefusedError
from service.migrations.ledger import Database, Record, newer, pending, problems
from service.migrations.migration import Migration, Phase, titled

AT_ONCE = 200  # items of a batch
HARMLESS = (Phase.BASELINE, Phase.EXPAND)


def up(
    database: Database,
    todo: Sequence[Migration],
    *,
    told: Callable[[Record], None],
    limit: int = AT_ONCE,
    stopped: Callable[[], bool] = lambda: False,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> bool:
    """Apply them in their order; False when it was stopped before the last was complete.

    After a batch it waits as long as the batch took, so that half of the time is left to those who serve.

    Raises:
        MigrationError: one of them cannot be done; those before it are.
    """
    for migration in todo:
        complete = False
        while not complete:
            if stopped():
                return False
            began = clock()
            record = _step(database, migration, limit)
            told(record)
            complete = record.complete
            if not complete:
                sleep(clock() - began)
    return True


def down(
    database: Database,
    todo: Sequence[Migration],
    *,
    told: Callable[[Migration], None],
    stopped: Callable[[], bool] = lambda: False,
) -> bool:
    """Undo them, the last one first; False when it was stopped before the first of them was undone.

    Raises:
        MigrationError: one of them cannot be undone; those after it are.
    """
    for migration in reversed(todo):
        if stopped():
            return False
        database.undo(migration)
        told(migration)
    return True


def at_start(database: Database, migrations: Sequence[Migration], *, told: Callable[[Record], None]) -> list[str]:
    """What the service does before it opens its stores; what it should tell its operators.

    A new database gets every migration at once: who is killed meanwhile leaves it new, and who comes second finds it
    done. Another gets those that only add, of which `told` hears, and waits with the rest for the command: back-fills
    take their time, and a contract ends the time of the version before.

    Raises:
        MigrationError: this version must not serve from this database.
    """
    if not database.records():
        database.begin(migrations, AT_ONCE)
    records = database.records()
    refuse_unfit(migrations, records)
    todo = [migration for migration in pending(migrations, records) if migration.phase in HARMLESS]
    _refuse_skipping(migrations, records, todo)
    up(database, todo, told=told)
    records = database.records()
    warnings = [
        f"{titled(record.number, record.name)} ({record.phase}) was applied by a later version"
        for record in newer(migrations, records)
    ]
    if waiting := pending(migrations, records):
        titles = ", ".join(f"{migration.title} ({migration.phase})" for migration in waiting)
        warnings.append(f"{titles}: for `python -m service migrate up`")
    return warnings


def refuse_unfit(migrations: Sequence[Migration], records: Sequence[Record]) -> None:
    """Refuse a database whose applied migrations are not those of this version, or demand a later one.

    Raises:
        RefusedError: with a line for each thing that is wrong.
    """
    found = problems(migrations, records)
    found += [
        f"{titled(record.number, record.name)} ({record.phase}) was applied by a later version, and this one, which "
        f"knows {len(migrations)}, would store what that one refuses; start that version, or undo it there: "
        f"python -m service migrate down --to {len(migrations)}"
        for record in newer(migrations, records)
        if record.phase is Phase.CONTRACT
    ]
    if found:
        raise RefusedError("\n".join(found))


def _refuse_skipping(migrations: Sequence[Migration], records: Sequence[Record], todo: Sequence[Migration]) -> None:
    waiting = [migration for migration in pending(migrations, records) if migration not in todo]
    if waiting and todo and waiting[0].number < todo[-1].number:
        raise RefusedError(
            f"{todo[-1].title} comes after {waiting[0].title} ({waiting[0].phase}), which is not complete; run "
            "python -m service migrate up with the version before this one, and then start this one"
        )


def _step(database: Database, migration: Migration, limit: int) -> Record:
    try:
        return database.step(migration, limit)
    except NotCompleteError as error:
        database.reopen(error.number)
        raise
