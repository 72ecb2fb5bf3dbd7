"""A provider of embeddings that does as it is told, at the HTTP edge of the official client."""

import asyncio
import base64
import json
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from httpx2 import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

DIMENSIONS = 8

Answer: TypeAlias = Callable[[], Awaitable[Response]]


@dataclass
class Provider:
    """Answers as scripted, one answer a request, and rightly once the script is over; keeps what it was asked."""

    script: deque[Answer] = field(default_factory=deque)
    always: Answer | None = None
    models: Answer | None = None
    failing: set[str] = field(default_factory=set)  # models
    requests: list[Request] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    cancelled: int = 0

    def client(self) -> AsyncClient:
        app = Starlette(
            routes=[
                Route("/v1/embeddings", self._embeddings, methods=["POST"]),
                Route("/v1/models", self._models),
            ]
        )
        return AsyncClient(transport=ASGITransport(app=app))

    async def _embeddings(self, request: Request) -> Response:
        self.requests.append(request)
        self.bodies.append(await request.json())
        try:
            if self.bodies[-1]["model"] in self.failing:
                return await error(500)()
            if self.script:
                return await self.script.popleft()()
            return await (self.always or embedding)()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise

    async def _models(self, _: Request) -> Response:
        return await self.models() if self.models else JSONResponse({"object": "list", "data": []})


def answer(status: int, body: object, headers: dict[str, str] | None = None) -> Answer:
    async def respond() -> Response:
        return Response(json.dumps(body), status, headers, "application/json")

    return respond


def raw(body: bytes, media_type: str = "application/json") -> Answer:
    async def respond() -> Response:
        return Response(body, media_type=media_type)

    return respond


def error(status: int, headers: dict[str, str] | None = None) -> Answer:
    return answer(status, {"error": {"message": "no", "type": "x", "param": None, "code": None}}, headers)


def embedding_of(packed: str) -> Answer:
    return answer(
        200,
        {
            "object": "list",
            "model": "text-embedding-3-small",
            "data": [{"object": "embedding", "index": 0, "embedding": packed}],
            "usage": {"prompt_tokens": 1, "total_tokens": 1},
        },
    )


def packed(*values: float) -> str:
    return base64.b64encode(np.array(values, dtype="<f4").tobytes()).decode()


async def embedding() -> Response:
    return await embedding_of(packed(1, *[0] * (DIMENSIONS - 1)))()


async def hang() -> Response:
    await asyncio.Event().wait()
    raise AssertionError("unreachable")
