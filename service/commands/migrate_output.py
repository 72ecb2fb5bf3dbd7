"""What `migrate` says: lines for people, or one JSON document for programs."""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum

from service.migrations.errors import MigrationError
from service.migrations.ledger import Record, newer
from service.migrations.migration import Migration, Phase

SHOWN_EVERY = 2.0  # seconds, of a back-fill's progress


class Output(StrEnum):
    """What `--output` takes."""

    TABLE = "table"
    JSON = "json"


def show_status(place: str, known: Sequence[Migration], records: Sequence[Record], output: str) -> None:
    """A line a migration, with what has become of it; those of a later version too."""
    recorded = {record.number: record for record in records}
    rows = [_row(migration, recorded.get(migration.number)) for migration in known]
    rows += [_row(record, record) | {"state": "of a later version"} for record in newer(known, records)]
    if output == Output.JSON:
        _as_json({"database": place, "migrations": rows})
        return
    sys.stdout.write(f"{place}\n")
    width = max(len(str(row["name"])) for row in rows)
    for row in rows:
        sys.stdout.write(f"{row['number']:04}  {row['name']:<{width}}  {row['phase']:<8}  {_said(row)}".rstrip() + "\n")


def show_plan(place: str, todo: Sequence[Migration], verb: str, output: str) -> None:
    """What would be done, in its order."""
    if output == Output.JSON:
        planned = [{"number": m.number, "name": m.name, "phase": m.phase} for m in todo]
        _as_json({"database": place, "dry_run": True, "verb": verb, "migrations": planned})
        return
    if not todo:
        sys.stdout.write(f"Nothing to {verb} in {place}.\n")
    for migration in todo:
        sys.stdout.write(f"would {verb} {migration.title} ({migration.phase})\n")


class Told:
    """What was done, told as it is done; `complete` is set at the end by whoever does it."""

    def __init__(self, place: str, output: str) -> None:
        self._place = place
        self._output = output
        self._said_at = time.monotonic()
        self._rows: dict[int, dict[str, object]] = {}
        self.complete = False

    def stepped(self, record: Record) -> None:
        """A step was done: all of a migration, or a batch."""
        self._rows[record.number] = _row(record, record)
        now = time.monotonic()
        if self._output == Output.TABLE and (record.complete or now - self._said_at >= SHOWN_EVERY):
            self._said_at = now
            _say(f"{record.number:04} {record.name}: {_said(_row(record, record))}")

    def undone(self, migration: Migration) -> None:
        """A migration was undone."""
        self._rows[migration.number] = _row(migration, None) | {"state": "undone"}
        if self._output == Output.TABLE:
            _say(f"{migration.title}: undone")

    def failed(self) -> None:
        """It ended with an error, which others tell of."""
        if self._output == Output.JSON:
            self.end()

    def end(self) -> None:
        """Nothing more is done."""
        if self._output == Output.JSON:
            _as_json({"database": self._place, "complete": self.complete, "migrations": [*self._rows.values()]})
        elif self.complete and not self._rows:
            _say(f"Nothing to do in {self._place}.")
        elif not self.complete:
            _say("It is not complete; the same command goes on from here.")


@contextmanager
def told(place: str, output: str) -> Iterator[Told]:
    """Tells of what is done in the block, and for programs also of what was done before it failed."""
    telling = Told(place, output)
    try:
        yield telling
    except MigrationError:
        telling.failed()
        raise
    telling.end()


def _row(migration: Migration | Record, record: Record | None) -> dict[str, object]:
    state = "pending" if record is None else "applied" if record.complete else "begun"
    row: dict[str, object] = {
        "number": migration.number,
        "name": migration.name,
        "phase": migration.phase,
        "state": state,
        "at": record.written_at if record else None,
    }
    if record and migration.phase is Phase.MIGRATE:
        row |= {"seen": record.seen, "changed": record.changed}
    return row


def _said(row: dict[str, object]) -> str:
    said = str(row["state"])
    if isinstance(row["at"], float):
        said += f" {datetime.fromtimestamp(row['at'], UTC):%Y-%m-%d %H:%M:%S} UTC"
    if "seen" in row:
        said += f", {row['seen']} looked at, {row['changed']} changed"
    return said


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _as_json(document: dict[str, object]) -> None:
    sys.stdout.write(f"{json.dumps(document, indent=2)}\n")
