"""Who changed what, when and why: the audit lines of all control documents as one list, newest first, page by page."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, TypeAlias

import msgspec

from service.store.control import AuditLine, ControlStore

READ_AT_ONCE = 200
"""Lines of one document."""

LOOKED_AT = 1000
"""Lines of which a page is made at most: who asks for a rare subject goes on with the next page."""

Places: TypeAlias = Mapping[str, int]
"""By document, the version whose line was the last on the page, or the one after its newest line."""


class InvalidCursorError(ValueError):
    """A text that is not the `next` of a page of these documents."""


@dataclass(frozen=True, kw_only=True)
class AuditPage:
    """Some lines, and where the next page begins; None after the last."""

    lines: list[AuditLine]
    next: str | None


class AuditTrail:
    """The lines of some documents, each with the subject of what is changed as a whole.

    A cursor says how far each document was read: lines that are added later are newer, and move no page.
    """

    def __init__(self, store: ControlStore, documents: Mapping[str, str]) -> None:
        self._store = store
        self._documents = documents

    async def page(self, *, limit: int, before: str | None = None, subject: str | None = None) -> AuditPage:
        """Up to `limit` lines, those about a subject alone if one is given, after the page whose `next` is `before`.

        Raises:
            InvalidCursorError: `before` is no `next`.
            StoreError: the store could not be read.
        """
        places = None if before is None else self._places(before)
        columns = [_Column(self._store, name, None if places is None else places[name]) for name in self._documents]
        lines: list[AuditLine] = []
        for _ in range(LOOKED_AT):
            there = [column for column in columns if await column.has_more()]
            if not there:
                return AuditPage(lines=lines, next=None)
            if len(lines) == limit:
                break
            line = self._named(max(there, key=_newest_first).take())
            if subject is None or line.subject == subject:
                lines.append(line)
        return AuditPage(lines=lines, next=_cursor({column.document: column.place for column in columns}))

    def _named(self, line: AuditLine) -> AuditLine:
        return replace(line, subject=self._documents[line.document]) if line.subject == line.document else line

    def _places(self, cursor: str) -> Places:
        try:
            places = msgspec.json.decode(urlsafe_b64decode(cursor.encode("ascii")), type=dict[str, _Place])
        except (ValueError, msgspec.MsgspecError) as error:
            raise InvalidCursorError("it is not in the form of a cursor") from error
        if set(places) != set(self._documents):
            raise InvalidCursorError("it is of other documents than there are")
        return places


_Place: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=2**53)]


class _Column:
    """One document's lines from a place on, newest first, read when they are needed."""

    def __init__(self, store: ControlStore, document: str, place: int | None) -> None:
        self.document = document
        self._store = store
        self._before = place
        self._lines: deque[AuditLine] = deque()
        self._ended = False

    @property
    def place(self) -> int:
        """The version before which the rest begins."""
        return self._before or 1  # there was no line at all: what comes later is newer than the page

    @property
    def head(self) -> AuditLine:
        """The newest of the rest."""
        return self._lines[0]

    async def has_more(self) -> bool:
        if not self._lines and not self._ended:
            self._lines.extend(await self._store.audit(self.document, READ_AT_ONCE, before=self._before))
            self._ended = len(self._lines) < READ_AT_ONCE
            if self._lines and self._before is None:
                self._before = self.head.version + 1
        return bool(self._lines)

    def take(self) -> AuditLine:
        line = self._lines.popleft()
        self._before = line.version
        return line


def _newest_first(column: _Column) -> tuple[float, str]:
    return column.head.at, column.document


def _cursor(places: Places) -> str:
    return urlsafe_b64encode(msgspec.json.encode(places)).decode("ascii")
