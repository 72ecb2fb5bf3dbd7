"""An operator who sets levers, and a caller who asks for embeddings."""

from typing import Any

from httpx2 import AsyncClient, Response

from tests.service.conftest import OPERATOR

WHY = "the provider misbehaves"


async def put(client: AsyncClient, path: str, who: str = "ann", **wish: Any) -> Response:
    return await client.put(f"/api/ops/{path}", json={"reason": WHY, **wish}, headers=OPERATOR | {"X-Operator": who})


async def embed(client: AsyncClient, caller: str = "a") -> dict[str, Any]:
    answer = await client.post("/api/embeddings", json={"text": "a text"}, headers={"X-Caller-Id": caller})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found
