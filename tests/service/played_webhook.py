"""A webhook whose receiver is played at the HTTP port, with time that passes at once."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from httpx2 import ConnectError, MockTransport, Request, Response

from service.notification.webhook import Webhook, WebhookConfig
from service.web.identity import Identity
from service.web.journal import Journal, Type
from tests.service import virtual_time
from tests.unit.reliability.seeded import seeded

URL = "https://receiver.example/hooks/path-token"
KEY = bytes(range(32))
IDENTITY = Identity(
    environment="staging", load_tests_allowed=False, instance="instance-1", reliability=True, boot_id="boot"
)
BREAKER = "embeddings:stable"
Answer: TypeAlias = Callable[[], Awaitable[Response]]


async def taken() -> Response:
    return Response(204)


async def hang() -> Response:
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


async def unreachable() -> Response:
    raise ConnectError(f"cannot connect to {URL}")


def status(code: int, **headers: str) -> Answer:
    async def answer() -> Response:
        return Response(code, headers={name.replace("_", "-"): value for name, value in headers.items()})

    return answer


class Played:
    """A webhook and its receiver, which answers as scripted and then takes everything."""

    def __init__(self, *script: Answer, always: Answer = taken, **changed: Any) -> None:
        self.script, self.always = [*script], always
        self.requests: list[Request] = []
        self.at: list[float] = []
        self.taken: list[dict[str, Any]] = []
        config = WebhookConfig(
            **{"url": URL, "key": KEY, "per_minute": 6, "runbooks_url": "https://wiki/runbooks/", **changed}
        )
        self.webhook = Webhook(
            config, IDENTITY, transport=MockTransport(self._answer), rng=seeded(7),
            clock=virtual_time.now, wall_clock=lambda: 1000.0 + virtual_time.now(),
        )  # fmt: skip
        self.journal = Journal(wall_clock=lambda: 1000.0 + virtual_time.now())
        self.journal.subscribe(self.webhook)

    def opens(self, breaker: str = BREAKER, reason: str = "5 consecutive failures") -> None:
        self.journal.record(Type.BREAKER_OPENED, breaker, reason)

    def closes(self, breaker: str = BREAKER) -> None:
        self.journal.record(Type.BREAKER_CLOSED, breaker, "2 successes")

    def told(self) -> list[tuple[str, str]]:
        return [(each["type"], each["subject"]) for each in self.taken]

    async def _answer(self, request: Request) -> Response:
        self.requests.append(request)
        self.at.append(virtual_time.now())
        answer = await (self.script.pop(0) if self.script else self.always)()
        if answer.is_success:
            self.taken.append(json.loads(request.content))
        return answer


def play(act: Callable[[Played], Awaitable[None]], *script: Answer, **changed: Any) -> Played:
    """What has become of it when `act` is over and the service has stopped."""

    async def life() -> Played:
        played = Played(*script, **changed)
        await played.webhook.start()
        await act(played)
        await played.webhook.stop()
        return played

    return virtual_time.run(life())


async def opened(played: Played) -> None:
    played.opens()
    await asyncio.sleep(100)
