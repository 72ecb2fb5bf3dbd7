"""`python -m service migrate status|up|down`: change the shape of what is stored, ahead of a deployment or after it."""

import argparse
import asyncio
import signal
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from service.assembly.migrations import with_database
from service.commands.exit_codes import Exit
from service.commands.migrate_output import Output, show_plan, show_status, told
from service.migrations.errors import LockedError, MigrationError, RefusedError
from service.migrations.ledger import Database, Record, newer, pending
from service.migrations.migration import titled
from service.migrations.migrations import migrations
from service.migrations.run import AT_ONCE, down, refuse_unfit, up
from service.settings.migration_settings import MigrationSettings
from service.settings.settings import SettingsError, misspelt
from service.store.errors import StoreError, StoreUnusableError

LARGEST_BATCH = 10_000  # items: a step has to end soon
LONGEST_WAIT = 3600.0  # seconds


class _NotFoundError(Exception):
    """What the command is to be about does not exist."""


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Do as the arguments say; the exit code."""
    options = _parser().parse_args(arguments)
    sys.stderr.writelines(f"{hint}\n" for hint in misspelt(environ))
    try:
        settings = MigrationSettings.from_environment(environ)
        with _asked_to_stop() as stopped:
            migrate = _Migrate(settings, options, stopped)
            migrate.look_for_it()
            return asyncio.run(with_database(settings, migrate.run, patience=timedelta(seconds=options.wait)))
    except SettingsError as error:
        return _ended(error, Exit.USAGE)
    except _NotFoundError as error:
        return _ended(error, Exit.NOT_FOUND)
    except LockedError as error:
        return _ended(error, Exit.TIMEOUT)
    except (MigrationError, StoreError, StoreUnusableError) as error:
        return _ended(error, Exit.REFUSED)


def _ended(error: Exception, code: Exit) -> int:
    sys.stderr.write(f"{error}\n")
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m service migrate", description="Change the shape of what is stored."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    every = argparse.ArgumentParser(add_help=False)
    every.add_argument(
        "--output", choices=[kind.value for kind in Output], default=Output.TABLE.value, help="for people or programs"
    )
    every.add_argument(
        "--wait", type=_seconds, default=30.0, metavar="SECONDS", help="for another's lock, 30 by default"
    )
    changing = argparse.ArgumentParser(add_help=False)
    changing.add_argument("--dry-run", action="store_true", help="show what would be done, and do nothing")
    status = commands.add_parser("status", parents=[every], help="what was applied and what waits")
    status.set_defaults(to=None)
    up = commands.add_parser("up", parents=[every, changing], help="apply what waits")
    up.add_argument("--to", type=_number, metavar="N", help="and nothing after number N")
    up.add_argument(
        "--batch", type=_batch, default=AT_ONCE, metavar="ITEMS", help=f"of a back-fill, {AT_ONCE} by default"
    )
    down = commands.add_parser("down", parents=[every, changing], help="undo what was applied after number N")
    down.add_argument("--to", type=_number, metavar="N", required=True, help="the last that stays")
    return parser


def _number(text: str) -> int:
    if not text.isdecimal() or not text.isascii():
        raise argparse.ArgumentTypeError(f"{text!r} is no number of a migration; expected 1, 2, …")
    return int(text)


def _batch(text: str) -> int:
    if not text.isdecimal() or not text.isascii() or not 1 <= int(text) <= LARGEST_BATCH:
        raise argparse.ArgumentTypeError(f"{text!r} is no size of a batch; expected 1 to {LARGEST_BATCH}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= LONGEST_WAIT:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no time to wait; expected seconds above 0 and up to {LONGEST_WAIT:g}"
        )
    return seconds


class _Migrate:
    """What the command does, with the database once it is reached."""

    def __init__(self, settings: MigrationSettings, options: argparse.Namespace, stopped: threading.Event) -> None:
        self._options = options
        self._stopped = stopped
        self._known = migrations()
        self._place = settings.documents_table or settings.database_path
        self._file_is_missing = not settings.documents_table and not Path(settings.database_path).exists()

    def look_for_it(self) -> None:
        """Refuse what does not exist: a new file is made by the start of the service, a misspelt one by nobody."""
        if self._file_is_missing:
            raise _NotFoundError(
                f"there is no file {self._place}; expected DATABASE_PATH or DOCUMENTS_TABLE to name one"
            )
        if (self._options.to or 0) > len(self._known):
            number = self._options.to
            raise _NotFoundError(f"there is no migration {number}; this version knows 1 to {len(self._known)}")

    def run(self, on: Database) -> Exit:
        """Do it."""
        records = on.records()
        if self._options.command == "status":
            show_status(self._place, self._known, records, self._options.output)
            refuse_unfit(self._known, records)
            return Exit.DONE
        refuse_unfit(self._known, records)
        return self._up(on, records) if self._options.command == "up" else self._down(on, records)

    def _up(self, on: Database, records: Sequence[Record]) -> Exit:
        last = len(self._known) if self._options.to is None else self._options.to
        todo = [migration for migration in pending(self._known, records) if migration.number <= last]
        if self._options.dry_run:
            show_plan(self._place, todo, "apply", self._options.output)
            return Exit.DONE
        with told(self._place, self._options.output) as progress:
            done = up(on, todo, told=progress.stepped, limit=self._options.batch, stopped=self._stopped.is_set)
            progress.complete = done
        return Exit.DONE if done else Exit.STOPPED

    def _down(self, on: Database, records: Sequence[Record]) -> Exit:
        if self._options.to == 0:
            raise RefusedError(
                "0001 baseline is not undone: all that is stored would go with it; expected --to 1 or more"
            )
        if later := newer(self._known, records):
            raise RefusedError(f"{titled(later[0].number, later[0].name)} is a later version's; undo it with that one")
        begun = {record.number for record in records}
        todo = [m for m in self._known if m.number in begun and m.number > self._options.to]
        if self._options.dry_run:
            show_plan(self._place, [*reversed(todo)], "undo", self._options.output)
            return Exit.DONE
        with told(self._place, self._options.output) as progress:
            done = down(on, todo, told=progress.undone, stopped=self._stopped.is_set)
            progress.complete = done
        return Exit.DONE if done else Exit.STOPPED


@contextmanager
def _asked_to_stop() -> Iterator[threading.Event]:
    """Set by Ctrl-C and SIGTERM, so that what is under way ends with its step."""
    stopped = threading.Event()
    before = {number: signal.signal(number, lambda *_: stopped.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
