"""Events of documents that were lost, and come back, and of some that never were."""

import sqlite3
from contextlib import closing

from tests.runbooks.stand import Stand, until
from tests.runbooks.walk import Walk

SETTINGS: dict[str, str] = {
    "DEAD_LETTERS_PER_MINUTE_WARNING": "1000",
    "DEAD_LETTERS_PER_MINUTE_ALERT": "1000",
}
"""Their rate looks back a minute, which the reader has and a test has not."""

LOST, NEVER = 6, 2
PREFIX = "lost-"


def walked(stand: Stand, walk: Walk) -> None:
    lost = [stand.create_document(f"Lost document {number}") for number in range(LOST)]
    _rename(stand, {document: f"{PREFIX}{document}" for document in lost})
    for document in [*lost, *(f"no-document-{number}" for number in range(NEVER))]:
        stand.operate("POST", "/api/events", {"topic": "document.created", "document_id": document})
    stand.is_hurt()
    until(lambda: stand.dead_letters() == LOST + NEVER, "each of them becomes a dead letter")
    walk.command("ops status", "docs/runbooks/poison-messages.md")
    walk.command("ops dead-letters list", *lost)
    walk.command("ops quarantine indexer")
    assert stand.quarantined() == [True, True]
    _rename(stand, {f"{PREFIX}{document}": document for document in lost})
    walk.command("ops release indexer")
    assert stand.quarantined() == [False, False]
    walk.command("ops dead-letters redrive")
    assert stand.dead_letters() == LOST + NEVER
    walk.command("ops dead-letters redrive")
    until(lambda: stand.dead_letters() == NEVER, "those without a document die again", patience=walk.patience)
    walk.command("IDS=")
    walk.command("ops dead-letters discard")
    stand.recovers(walk.patience)
    walk.command("ops status")
    walk.command("ops audit", "looking for the cause", "the documents are back", "deleted on purpose")


def _rename(stand: Stand, names: dict[str, str]) -> None:
    with closing(sqlite3.connect(stand.database, timeout=30, isolation_level=None)) as connection:
        connection.executemany("UPDATE documents SET id = ? WHERE id = ?", [(new, old) for old, new in names.items()])
