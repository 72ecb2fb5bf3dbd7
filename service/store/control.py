"""The port of the control store: small versioned documents that steer every instance, each change audited."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlDocument:
    """A document as stored; `version` counts its writes from 1."""

    name: str
    version: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """Who changed a document to which version, when and why. `subject`: what of it; the document, when nobody says."""

    document: str
    version: int
    at: float  # Unix seconds
    by: str
    action: str
    reason: str
    subject: str = ""

    def __post_init__(self) -> None:
        if not self.subject:
            object.__setattr__(self, "subject", self.document)


class VersionConflictError(Exception):
    """Somebody else has written the document since it was read; `current` is the version that it has now."""

    def __init__(self, name: str, expected: int, current: int) -> None:
        super().__init__(f"{name} is at version {current}; expected {expected}")
        self.current = current


class ControlStore(Protocol):
    """Where control documents live. Writers of different documents never wait for each other's decisions.

    Every method raises StoreError when the store could not do it. After a write whose end is not known, read again.
    """

    async def read(self, names: Sequence[str]) -> list[ControlDocument]:
        """Those of the named documents that exist, as of one instant."""
        ...

    async def write(self, document: ControlDocument, audit: AuditLine) -> None:
        """Store a document whose version is one more than the stored one's (1 for a new one), and its audit line.

        Raises:
            VersionConflictError: it is not; nothing was written.
        """
        ...

    async def audit(self, name: str, limit: int, *, before: int | None = None) -> list[AuditLine]:
        """The newest audit lines of a document, newest first; of those that made an earlier version than `before`."""
        ...
