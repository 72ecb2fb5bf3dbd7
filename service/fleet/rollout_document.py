"""The rollout's document in the control store: read, and changed by compare-and-set."""

import msgspec

from service.fleet.control_copy import ControlCopy
from service.fleet.schema import decoded
from service.reliability.rollout import SCHEMA, Act, Rollout
from service.store.control import AuditLine, ControlDocument, ControlStore, VersionConflictError
from service.store.errors import StoreError


class StoredRollout:
    """One rollout, as this instance knows it and as it may change it."""

    def __init__(self, name: str, store: ControlStore, copy: ControlCopy) -> None:
        self._name = name
        self._store = store
        self._copy = copy
        self._decoded: tuple[ControlDocument, Rollout] | None = None

    def current(self) -> tuple[Rollout | None, int]:
        """The rollout as of the copy, and its version; None and 0 when none was ever started.

        Raises:
            UnknownSchemaError: it is of another version of the service.
        """
        document = self._copy.document(document_name(self._name))
        if document is None:
            return None, 0
        if self._decoded is None or self._decoded[0] is not document:
            self._decoded = document, decode(document.body)
        return self._decoded[1], document.version

    async def write(self, after: Rollout, *, over: int, action: str) -> int:
        """Store what became of the rollout at version `over`, by its last act; the version that it has now.

        Raises:
            VersionConflictError: somebody else was first; nothing was changed, and the copy is read again.
            StoreError: the store did not say that it is done; nothing is known to be changed.
        """
        act = after.last
        document = ControlDocument(name=document_name(self._name), version=over + 1, body=msgspec.json.encode(after))
        audit = AuditLine(
            document=document.name, version=document.version, at=act.at, by=act.by, action=action, reason=act.reason
        )
        try:
            await self._store.write(document, audit)
        except VersionConflictError:
            await self._copy.refresh()
            raise
        except StoreError:
            await self._copy.refresh()
            if not self._was_mine(act):
                raise
        self._copy.take(document)
        return document.version

    def _was_mine(self, act: Act) -> bool:
        current, _ = self.current()
        return current is not None and current.last.id == act.id


def document_name(rollout: str) -> str:
    """Under which a rollout's document is stored."""
    return f"rollout:{rollout}"


def decode(body: bytes) -> Rollout:
    """The rollout that a stored body says.

    Raises:
        UnknownSchemaError: it is of another version of the service.
    """
    return decoded(body, Rollout, schema=SCHEMA, what="the rollout's document")
