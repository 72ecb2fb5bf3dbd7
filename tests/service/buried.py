"""Dead letters of a service, and an operator who asks for them."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from httpx2 import AsyncClient, Response

from tests.service.conftest import OPERATOR

WHY = "the provider is back"


def bury(folder: Path, count: int, *, topic: str = "document.created", first: int = 0) -> None:
    with closing(sqlite3.connect(folder / "ballast.sqlite3")) as connection:
        connection.executemany(
            "INSERT INTO dead_letters (id, agent, topic, document_id, request_id, published_at, died_at, receives,"
            " reason) VALUES (?, 'indexer', ?, 'd', 'r', 1, 2, 5, 'the agent answered 404')",
            [(f"e{number}", topic) for number in range(first, first + count)],
        )
        connection.commit()


def waiting(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "ballast.sqlite3")) as connection:
        count: int = connection.execute("SELECT count(*) FROM messages").fetchone()[0]
        return count


def audit(folder: Path) -> list[tuple[str, str, str]]:
    """Who did what and why, oldest first."""
    with closing(sqlite3.connect(folder / "ballast.sqlite3")) as connection:
        return connection.execute("SELECT by, action, reason FROM control_audit ORDER BY version").fetchall()


async def ask(client: AsyncClient, what: str, *, who: str = "ann", method: str = "POST", **wish: Any) -> Response:
    headers = OPERATOR | {"X-Operator": who}
    return await client.request(
        method, f"/api/ops/agents/indexer/{what}", json={"reason": WHY, **wish}, headers=headers
    )


async def listed(client: AsyncClient, **wanted: str) -> dict[str, Any]:
    answer = await client.get("/api/ops/dead-letters", params=wanted, headers=OPERATOR)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def figures(answer: Response) -> tuple[int, int, int, bool]:
    assert answer.status_code == 200, answer.text
    step = answer.json()
    return step["moved"], step["moved_in_all"], step["left"], step["done"]
