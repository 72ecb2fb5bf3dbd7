"""Each call of the document database takes longer than it should, until somebody mends it."""

from tests.runbooks.stand import Stand
from tests.runbooks.walk import Walk

SETTINGS: dict[str, str] = {"BREAKER_OPEN_SECONDS": "5"}
FAULT = "/api/ops/faults/document_database"
DATABASE = "document_database"


def walked(stand: Stand, walk: Walk) -> None:
    stand.operate("PUT", FAULT, {"mode": "slow", "latency": 0.3, "seconds": 600})
    stand.is_hurt()
    walk.command("ops status", "docs/runbooks/database-slow.md")
    walk.command("ops write-drain on")
    assert stand.in_force("write_drain") == [True, True]
    walk.command("ops breakers list")
    walk.command("ops breakers isolate")
    assert stand.breakers(DATABASE) == ["isolated", "isolated"]
    walk.command("ops status")
    stand.operate("DELETE", FAULT)
    walk.command("ops breakers reset")
    assert "isolated" not in stand.breakers(DATABASE)
    walk.command("ops breakers list")
    walk.command("ops write-drain off")
    assert stand.in_force("write_drain") == [False, False]
    stand.recovers(walk.patience)
    walk.command("ops status")
    walk.command("ops audit", "document database is slow", "document database is mended")
