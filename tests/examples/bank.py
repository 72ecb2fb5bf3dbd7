"""The service of exchange rates that the examples ask, played."""

from collections.abc import Callable
from typing import TypeAlias

from httpx2 import AsyncClient, ConnectError, MockTransport, Request, Response

Answer: TypeAlias = Callable[[Request], Response]


class Bank:
    """It answers as it was told, and keeps what it was asked."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.answer: Answer = lambda _: Response(200, json={"rate": 1.25})

    def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        return self.answer(request)

    @property
    def asked(self) -> int:
        return len(self.requests)

    def client(self) -> AsyncClient:
        return AsyncClient(transport=MockTransport(self), base_url="http://bank")

    def says(self, status: int, body: str = "") -> None:
        self.answer = lambda _: Response(status, text=body)

    def hangs_up(self) -> None:
        def refuse(_: Request) -> Response:
            raise ConnectError("refused")

        self.answer = refuse
