"""The pages of the audit."""

from base64 import urlsafe_b64encode
from collections.abc import Sequence

import pytest

from service.fleet.audit_trail import READ_AT_ONCE, AuditTrail, InvalidCursorError
from service.store.control import AuditLine, ControlDocument

DOCUMENTS = {"operations": "operations", "rollout:embeddings": "rollout/embeddings"}


class Store:
    """A control store that keeps audit lines alone."""

    def __init__(self) -> None:
        self._lines: dict[str, list[AuditLine]] = {document: [] for document in DOCUMENTS}

    async def read(self, names: Sequence[str]) -> list[ControlDocument]:
        raise NotImplementedError

    async def write(self, document: ControlDocument, audit: AuditLine) -> None:
        self._lines[document.name].append(audit)

    async def audit(self, name: str, limit: int, *, before: int | None = None) -> list[AuditLine]:
        lines = [line for line in self._lines[name] if before is None or line.version < before]
        return lines[::-1][:limit]


class Kept:
    """Lines that are added as time goes, and their pages."""

    def __init__(self) -> None:
        self._store = Store()
        self.trail = AuditTrail(self._store, DOCUMENTS)
        self._versions = dict.fromkeys(DOCUMENTS, 0)

    async def write(self, document: str, at: float, subject: str = "") -> None:
        self._versions[document] += 1
        version = self._versions[document]
        line = AuditLine(document=document, version=version, at=at, by="ann", action="on", reason="r", subject=subject)
        await self._store.write(ControlDocument(name=document, version=version, body=b"{}"), line)

    async def pages(self, limit: int, subject: str | None = None) -> list[list[float]]:
        pages, before = [], None
        while True:
            page = await self.trail.page(limit=limit, before=before, subject=subject)
            pages.append([line.at for line in page.lines])
            if page.next is None:
                return pages
            before = page.next


@pytest.fixture
def kept() -> Kept:
    return Kept()


async def test_the_lines_of_all_documents_come_newest_first(kept: Kept) -> None:
    for at, document in enumerate(["operations", "rollout:embeddings", "operations", "operations"]):
        await kept.write(document, float(at))
    assert await kept.pages(10) == [[3, 2, 1, 0]]
    page = await kept.trail.page(limit=10)
    assert [line.subject for line in page.lines] == ["operations", "operations", "rollout/embeddings", "operations"]


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
async def test_pages_together_are_the_whole_and_each_line_is_on_one(kept: Kept, limit: int) -> None:
    for at in range(7):
        await kept.write("operations" if at % 3 else "rollout:embeddings", float(at))
    pages = await kept.pages(limit)
    assert [at for page in pages for at in page] == [6, 5, 4, 3, 2, 1, 0]
    assert {len(page) for page in pages[:-1]} <= {limit}
    assert pages[-1]


async def test_lines_that_are_added_move_no_page(kept: Kept) -> None:
    for at in range(4):
        await kept.write("operations", float(at))
    first = await kept.trail.page(limit=2)
    await kept.write("operations", 10.0)
    await kept.write("rollout:embeddings", 11.0)  # whose document did not exist when the first page was made
    second = await kept.trail.page(limit=2, before=first.next)
    assert [line.at for line in second.lines] == [1, 0]
    assert second.next is None


async def test_a_clock_that_was_behind_does_not_turn_a_document_s_lines_round(kept: Kept) -> None:
    for at in (5.0, 3.0, 4.0):
        await kept.write("operations", at)
    assert await kept.pages(2) == [[4, 3], [5]]


async def test_the_lines_about_one_subject_are_found_among_many_and_the_work_is_bounded(kept: Kept) -> None:
    await kept.write("operations", 0.0, "flag/rare")
    for at in range(1, 1200):
        await kept.write("operations", float(at), "mode/brownout")
    pages = await kept.pages(50, "flag/rare")
    assert pages == [[], [0]]
    assert len(await kept.pages(1200, "mode/brownout")) == 2


async def test_an_empty_audit_is_one_empty_page(kept: Kept) -> None:
    assert await kept.pages(10) == [[]]


async def test_more_lines_than_are_read_at_once_are_one_list(kept: Kept) -> None:
    for at in range(READ_AT_ONCE + 1):
        await kept.write("operations", float(at))
    (page,) = await kept.pages(1000)
    assert page == sorted(page, reverse=True)
    assert len(page) == READ_AT_ONCE + 1


@pytest.mark.parametrize(
    "places", ["", "not json", "{}", '{"operations": 1}', '{"operations": 0, "rollout:embeddings": 1}', "[1]"]
)
async def test_what_is_no_cursor_is_refused(kept: Kept, places: str) -> None:
    with pytest.raises(InvalidCursorError):
        await kept.trail.page(limit=1, before=urlsafe_b64encode(places.encode()).decode())


@pytest.mark.parametrize("text", ["x", "ü", "===="])
async def test_what_is_no_text_of_a_cursor_is_refused(kept: Kept, text: str) -> None:
    with pytest.raises(InvalidCursorError):
        await kept.trail.page(limit=1, before=text)
