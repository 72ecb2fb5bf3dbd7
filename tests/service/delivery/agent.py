"""The agent that messages are delivered to, and its quarantine."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from httpx2 import ASGITransport
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


@dataclass
class Agent:
    """Answers each delivery with the next status of its script, 200 once the script is over."""

    script: list[int] = field(default_factory=list)
    failing: dict[str, int] = field(default_factory=dict)  # statuses, by document
    retry_after: str | None = None
    problem: str = ""
    on_delivery: Callable[[], None] = field(default=lambda: None)
    deliveries: list[dict[str, Any]] = field(default_factory=list)
    headers: list[Any] = field(default_factory=list)

    async def deliver(self, request: Request) -> Response:
        self.deliveries.append(await request.json())
        self.headers.append(request.headers)
        self.on_delivery()
        headers = None if self.retry_after is None else {"Retry-After": self.retry_after}
        status = self.failing.get(self.deliveries[-1]["document_id"], 200)
        return Response(self.problem, self.script.pop(0) if self.script else status, headers=headers)

    def receives(self) -> list[int]:
        return [delivery["receives"] for delivery in self.deliveries]

    def transport(self) -> ASGITransport:
        route = Route("/internal/agents/indexer/deliver", self.deliver, methods=["POST"])
        return ASGITransport(app=Starlette(routes=[route]))


@dataclass
class Quarantine:
    """Whether the agent is held; `looks` counts how often that was asked."""

    on: bool = False
    looks: int = 0

    async def __call__(self) -> bool:
        self.looks += 1
        return self.on
