"""Pushes the messages of an agent to it."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

import msgspec
from httpx2 import AsyncBaseTransport, AsyncClient, HTTPError

from service.dependencies.agent_queue import AgentQueue
from service.dependencies.errors import CallError
from service.store.events import Message

CANNOT_WORK = frozenset({502, 503, 504})  # statuses that say nothing against the message


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent is pushed."""

    id: str
    topic: str
    document_id: Annotated[str, msgspec.Meta(examples=["5d41402abc4b2a76b9719d911017c592"])]
    receives: int


@dataclass(frozen=True, kw_only=True)
class PumpConfig:
    """How the pump works for one agent."""

    agent: str
    token: str
    instance: str
    idle: timedelta = timedelta(milliseconds=500)  # between two looks into an empty or failing queue
    at_once: int = 4  # deliveries
    timeout: timedelta  # of one delivery, shorter than the visibility of a message
    pause: timedelta = timedelta(seconds=1)  # while the agent cannot work and does not say for how long
    longest_pause: timedelta = timedelta(minutes=1)  # whatever it says


@dataclass(frozen=True, kw_only=True)
class _Failure:
    reason: str
    pause: float | None  # seconds until the agent may be able to work; None: it refused this message


class Pump:
    """Takes an agent's messages from the queue and posts each to the agent; acknowledges those it accepts.

    A message that is refused stays hidden until its visibility ends and is delivered again. While the agent cannot
    work, its messages go back into the queue as if they had not been taken, and the pump pauses.
    """

    def __init__(
        self,
        queue: AgentQueue,
        config: PumpConfig,
        *,
        address: Callable[[], Awaitable[str]],
        transport: AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._queue = queue
        self._config = config
        self._address = address  # waits while the service does not listen
        self._transport = transport  # None: the network
        self._sleep = sleep
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._claims = itertools.count(1)

    def wake(self) -> None:
        """Look into the queue now: something was published."""
        self._wake.set()

    async def start(self) -> None:
        """Begin to pump, whenever the service listens."""
        self._task = asyncio.create_task(self._run())
        self._task.add_done_callback(_complain)

    async def stop(self) -> None:
        """Give up the deliveries under way; their messages come again."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        config = self._config
        async with AsyncClient(
            base_url=await self._address(),
            headers={"Authorization": f"Bearer {config.token}"},
            timeout=None,  # `_push` has one of its own, for the whole delivery and not for each of its reads
            transport=self._transport,
            trust_env=False,  # it is this machine: no proxy
        ) as client:
            while True:
                self._wake.clear()
                await self._address()  # a service that drains takes no deliveries: leave them to others
                pauses = await self._deliver_some(client)
                if any(pauses):
                    await self._sleep(max(pauses))
                elif not pauses:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(config.idle.total_seconds()):
                            await self._wake.wait()

    async def _deliver_some(self, client: AsyncClient) -> list[float]:
        """For each message that was taken, the seconds for which its delivery asks the pump to pause."""
        config = self._config
        request_id = f"pump-{next(self._claims)}-{config.instance}"[:64]
        try:
            messages = await self._queue.claim(config.agent, config.at_once, request_id)
        except CallError:
            return []  # the breaker and the journal tell of it
        async with asyncio.TaskGroup() as group:
            deliveries = [group.create_task(self._deliver(client, message)) for message in messages]
        return [delivery.result() for delivery in deliveries]

    async def _deliver(self, client: AsyncClient, message: Message) -> float:
        agent, failure = self._config.agent, await self._push(client, message)
        pause = (failure and failure.pause) or 0.0
        with suppress(CallError):  # then the message comes again, which at-least-once allows
            if failure is None:
                await self._queue.acknowledge(agent, message)
            elif failure.pause is None:
                await self._queue.note_failure(agent, message, failure.reason)
            else:
                await self._queue.release(agent, message, pause, failure.reason)
        return pause

    async def _push(self, client: AsyncClient, message: Message) -> _Failure | None:
        delivery = Delivery(
            id=message.id, topic=message.topic, document_id=message.document_id, receives=message.receives
        )
        try:
            async with asyncio.timeout(self._config.timeout.total_seconds()):
                answer = await client.post(
                    f"/internal/agents/{self._config.agent}/deliver",
                    content=msgspec.json.encode(delivery),
                    headers={"Content-Type": "application/json", "X-Request-Id": message.request_id},
                )
        except (HTTPError, TimeoutError) as error:
            return _Failure(reason=f"the delivery failed: {type(error).__name__}", pause=self._pause(None))
        if answer.is_success:
            return None
        unable = answer.status_code in CANNOT_WORK
        return _Failure(
            reason=f"the agent answered {answer.status_code}",
            pause=self._pause(answer.headers.get("retry-after")) if unable else None,
        )

    def _pause(self, retry_after: str | None) -> float:
        asked = retry_after is not None and retry_after.isascii() and retry_after.isdecimal()
        seconds = float(str(retry_after)) if asked else 0.0
        return min(seconds or self._config.pause.total_seconds(), self._config.longest_pause.total_seconds())


def _complain(pump: "asyncio.Task[None]") -> None:
    if not pump.cancelled() and pump.exception() is not None:
        context = {"message": "the pump has ended; nothing is delivered", "exception": pump.exception()}
        pump.get_loop().call_exception_handler(context)
