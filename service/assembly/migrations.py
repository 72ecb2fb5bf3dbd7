"""Migrations: at the start of the service, and where a command finds the database."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from typing import TypeVar

from service.dependencies.startup import Part
from service.migrations.dynamo_database import DynamoDatabase
from service.migrations.errors import MigrationError
from service.migrations.ledger import Database, Record
from service.migrations.migrations import migrations
from service.migrations.run import at_start
from service.migrations.sqlite_database import SqliteDatabase
from service.settings.configurations import aws_migrations_config
from service.settings.migration_settings import MigrationSettings
from service.settings.settings import Settings
from service.store.dynamo import dynamo
from service.store.errors import StoreError, StoreUnusableError
from service.store.sqlite_start import prepare
from service.web.log import LOGGER

T = TypeVar("T")

WAIT_AT_START = timedelta(seconds=6)  # longer than the lease of one that was killed, less than a node may take to start


def migrations_part(settings: Settings) -> Part:
    """The node that everything rests on which is stored."""

    async def nothing() -> None:
        """Migrations hold nothing open."""

    return Part(start=lambda: migrate_at_start(MigrationSettings.of(settings)), stop=nothing)


async def migrate_at_start(settings: MigrationSettings) -> None:
    """Apply what may be applied before the stores open, and tell of it.

    Raises:
        StoreUnusableError: this version must not serve from this database.
    """
    applied: list[Record] = []
    try:
        warnings = await with_database(
            settings, lambda database: at_start(database, migrations(), told=applied.append), patience=WAIT_AT_START
        )
    except (MigrationError, StoreError) as error:
        raise StoreUnusableError(str(error)) from error
    for record in applied:
        LOGGER.info("migrated", extra={"fields": {"number": record.number, "name": record.name}})
    for warning in warnings:
        LOGGER.warning("migrations_differ", extra={"fields": {"reason": warning}})


async def with_database(settings: MigrationSettings, work: Callable[[Database], T], *, patience: timedelta) -> T:
    """The result of work on the database that the settings name, which creates the file where it is missing.

    Raises:
        MigrationError, StoreError, StoreUnusableError: as the work does, or the database cannot be reached.
    """
    if not settings.documents_table:
        return await asyncio.to_thread(_in_sqlite, settings, work, patience)
    aws = dynamo(aws_migrations_config())
    try:
        return await aws.run(
            lambda client: work(
                DynamoDatabase(
                    client, settings.documents_table, embedding_model=settings.embedding_model, patience=patience
                )
            )
        )
    finally:
        await aws.close()


def _in_sqlite(settings: MigrationSettings, work: Callable[[Database], T], patience: timedelta) -> T:
    prepare(settings.database_path, "")
    database = SqliteDatabase(settings.database_path, embedding_model=settings.embedding_model, patience=patience)
    with closing(database):
        try:
            return work(database)
        except sqlite3.Error as error:
            raise StoreError(f"{settings.database_path}: {error}") from error
