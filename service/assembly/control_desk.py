"""The control documents as a command changes them, whether or not any instance runs."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from service.assembly.names import EMBEDDINGS
from service.fleet.audit_trail import AuditTrail
from service.fleet.control_copy import ControlCopy
from service.fleet.operations import DOCUMENT as OPERATIONS
from service.fleet.operations import Operations
from service.fleet.rollout_document import StoredRollout, document_name
from service.reliability.rollout import Act, Rollout
from service.settings.configurations import aws_control_config
from service.settings.control_settings import ControlSettings
from service.store import sqlite_control
from service.store.control import ControlDocument, ControlStore, VersionConflictError
from service.store.dynamo import dynamo
from service.store.dynamo_control import DynamoControlStore
from service.store.sqlite_control import SqliteControlStore
from service.store.sqlite_file import SqliteConfig, SqliteFile

PATIENCE = timedelta(seconds=2)
"""For another's lock: whoever asks is a person."""

ROLLOUTS = (EMBEDDINGS,)

READ_TRIES = 10
"""Readings until the store is taken to be away; each gives up as soon as a request of the service would."""

BETWEEN = 0.2  # seconds between two of them


class NoStoreError(Exception):
    """There is nothing where the settings say that the control documents are."""


@dataclass(frozen=True, kw_only=True)
class RolloutChange:
    """What became of a rollout, or would in a dry run, and in which version."""

    before: Rollout | None
    after: Rollout
    version: int


class ControlDesk:
    """Every control document at once."""

    def __init__(self, store: ControlStore) -> None:
        self._documents = {OPERATIONS: OPERATIONS} | {document_name(name): f"rollout/{name}" for name in ROLLOUTS}
        self._copy = ControlCopy(store, list(self._documents), on_change=self._seen, on_answer=_told_nothing)
        self.operations = Operations(store, self._copy)
        self.rollouts = {name: StoredRollout(name, store, self._copy) for name in ROLLOUTS}
        self.audit = AuditTrail(store, self._documents)

    async def read(self) -> None:
        """Learn how everything stands. Raises StoreError."""
        for _ in range(READ_TRIES - 1):
            if not await self._copy.refresh():
                return
            await asyncio.sleep(BETWEEN)
        await self._copy.read()

    def versions(self) -> Mapping[str, int]:
        """Of each document, 0 where there is none."""
        found = {name: self._copy.document(name) for name in self._documents}
        return {name: 0 if document is None else document.version for name, document in found.items()}

    async def change_rollout(
        self,
        name: str,
        change: Callable[[Rollout | None, Act], Rollout],
        act: Act,
        *,
        action: str,
        expected_version: int | None,
        dry_run: bool,
    ) -> RolloutChange:
        """Have a rollout changed as it is now.

        Raises:
            UnknownSchemaError, VersionConflictError, StoreError: it was not made; so does what `change` raises.
        """
        await self.read()
        before, version = self.rollouts[name].current()
        if expected_version is not None and expected_version != version:
            raise VersionConflictError(document_name(name), expected_version, version)
        after = change(before, act)
        made = version + 1 if dry_run else await self.rollouts[name].write(after, over=version, action=action)
        return RolloutChange(before=before, after=after, version=made)

    def _seen(self, document: ControlDocument) -> None:
        if document.name == OPERATIONS:
            self.operations.seen(document)


@asynccontextmanager
async def control_desk(settings: ControlSettings) -> AsyncIterator[ControlDesk]:
    """The desk of the store that the settings name; nothing is created where there is none.

    Raises:
        NoStoreError: there is no file.
        StoreUnusableError, StoreError: it cannot be used.
    """
    if settings.control_table:
        aws = dynamo(aws_control_config())
        try:
            yield ControlDesk(DynamoControlStore(aws, settings.control_table))
        finally:
            await aws.close()
        return
    if not Path(settings.database_path).is_file():  # noqa: ASYNC240 - nothing else runs here
        raise NoStoreError(
            f"DATABASE_PATH is {settings.database_path}, where there is no file; expected the service's own"
        )
    file = SqliteFile(SqliteConfig(path=settings.database_path, threads=1, busy_timeout=PATIENCE))
    await file.open(sqlite_control.SCHEMA)
    try:
        yield ControlDesk(SqliteControlStore(file))
    finally:
        await file.close()


def _told_nothing(_: str) -> None:
    """A command says itself what it could not read."""
