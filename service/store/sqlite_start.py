"""Checks a SQLite file before anything is written to it, and creates what is missing."""

import sqlite3
import time
from datetime import timedelta

from service.store.errors import StoreUnusableError

APPLICATION_ID = 0x42616C6C  # "Ball", in the file's header: tells our files from another program's
BUSY_TIMEOUT = timedelta(seconds=1)
PATIENCE = 5.0  # seconds
PAUSE = 0.05  # seconds
CHECKED_FOR = 2.0  # seconds
CHECK_STEPS = 10_000  # of SQLite's virtual machine, between two looks at the clock


def connect(path: str, busy_timeout: timedelta) -> sqlite3.Connection:
    """A connection in autocommit mode."""
    connection = sqlite3.connect(
        path,
        timeout=busy_timeout.total_seconds(),
        isolation_level=None,
        check_same_thread=False,  # interrupted and closed from another thread than it works in
    )
    connection.text_factory = _legible
    connection.execute("PRAGMA synchronous = NORMAL")  # in WAL: a commit survives a crash of the process
    return connection


def _legible(text: bytes) -> str:
    """Text as it is read: what another program put there and is no UTF-8 does not keep the rest from being read."""
    return text.decode(errors="replace")


def prepare(path: str, schema: str) -> None:
    """Create the file and the tables of `schema` where they are missing.

    Raises:
        StoreUnusableError: the file is damaged, cannot be written, or is another program's; it was not changed.
    """
    give_up_at = time.monotonic() + PATIENCE
    try:
        while not _prepared(path, schema, last_try=time.monotonic() >= give_up_at):
            time.sleep(PAUSE)
    except sqlite3.Error as error:
        raise StoreUnusableError(f"{path} is not usable as database: {error}") from error
    except _FoundError as found:
        raise StoreUnusableError(f"{path} is not usable as database: {found}") from None


class _FoundError(Exception):
    """What is wrong with the file."""


def _prepared(path: str, schema: str, *, last_try: bool) -> bool:
    connection = connect(path, BUSY_TIMEOUT)
    try:
        _check(connection)
        if schema or not _is_ours(connection):
            _create(connection, schema)
    except sqlite3.OperationalError as error:
        # Another instance may be creating the file, and SQLite does not wait for its turn to switch to WAL.
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY and not last_try:
            return False
        raise
    finally:
        connection.close()
    return True


def _check(connection: sqlite3.Connection) -> None:
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if tables and not _is_ours(connection):
        raise _FoundError("it is a SQLite file of another program")
    _look_for_damage(connection)


def _is_ours(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID)


def _look_for_damage(connection: sqlite3.Connection) -> None:
    give_up_at = time.monotonic() + CHECKED_FOR
    connection.set_progress_handler(lambda: time.monotonic() > give_up_at, CHECK_STEPS)
    try:
        damage = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        return  # a large file: no damage so far, and the start has to go on
    finally:
        connection.set_progress_handler(None, 0)
    if damage != "ok":
        raise _FoundError(f"it is damaged: {damage}")


def _create(connection: sqlite3.Connection, schema: str) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    # `executescript` commits whatever is open, so the script carries its own transaction.
    connection.executescript(f"BEGIN IMMEDIATE; PRAGMA application_id = {APPLICATION_ID}; {schema} COMMIT;")
