"""Pushes the messages of an agent to it."""

import asyncio
import itertools
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

import msgspec
from httpx2 import AsyncBaseTransport, AsyncClient, HTTPError, Response

from service.background import Background
from service.dependencies.agent_queue import AgentQueue
from service.dependencies.errors import CallError
from service.store.events import Message

# Statuses that say nothing against the message: the agent, or who stands before it, is away or busy; the token is new.
CANNOT_WORK = frozenset({401, 403, 408, 429, 502, 503, 504})
ITS_OWN_FAULT = frozenset({502, 504})  # unless the agent took another message at the same time
UNFIT = frozenset({400, 413, 415, 422})  # statuses of a message that no delivery will make acceptable
LONGEST_REASON = 300  # characters
_sendable = re.compile(r"[!-~]{1,128}").fullmatch


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent is pushed. The header `Idempotency-Key` repeats the id: it is the same each time it comes."""

    id: str
    topic: str
    document_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    receives: int


@dataclass(frozen=True, kw_only=True)
class PumpConfig:
    """How the pump works for one agent."""

    agent: str
    token: str
    instance: str
    idle: timedelta = timedelta(milliseconds=500)  # between two looks into an empty or failing queue
    look_again: timedelta = timedelta(milliseconds=500)  # between two looks whether the agent is held still
    at_once: int = 4  # deliveries
    timeout: timedelta  # of one delivery, for which its message is hidden however long that takes
    visibility: timedelta  # renewed when half of it has passed
    pause: timedelta = timedelta(seconds=1)  # while the agent cannot work and does not say for how long
    longest_pause: timedelta = timedelta(minutes=1)  # whatever it says


@dataclass(frozen=True, kw_only=True)
class _Failure:
    reason: str
    pause: float | None = None  # seconds until the agent may be able to work; None: it refused this message
    its_own_fault: bool = False  # it may be the message that makes it fail
    unfit: bool = False


class Pump:
    """Takes an agent's messages from the queue and posts each to the agent; acknowledges those it accepts.

    A message that is refused stays hidden until its visibility ends and is delivered again; one that can never be
    accepted is a dead letter at once. While the agent cannot work, its messages go back into the queue as if they had
    not been taken, and the pump pauses. What fails while others succeed is not excused by that: it counts as refused.
    While the agent is held, nothing is taken.
    """

    def __init__(
        self,
        queue: AgentQueue,
        config: PumpConfig,
        *,
        address: Callable[[], Awaitable[str]],
        held: Callable[[], Awaitable[bool]],
        transport: AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._queue = queue
        self._config = config
        self._address = address  # waits while the service does not listen
        self._held = held
        self._transport = transport  # None: the network
        self._sleep = sleep
        self._wake = asyncio.Event()
        self._pumping = Background(self._run)
        self._claims = itertools.count(1)

    def wake(self) -> None:
        """Look into the queue now: something was published."""
        self._wake.set()

    async def start(self) -> None:
        """Begin to pump, whenever the service listens."""
        self._pumping.begin().add_done_callback(_complain)

    async def stop(self) -> None:
        """Give up the deliveries under way; their messages come again."""
        await self._pumping.stop()

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
                if await self._held():
                    await self._sleep(config.look_again.total_seconds())
                    continue
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
        failures = [delivery.result() for delivery in deliveries]
        works = any(failure is None for failure in failures)
        return [
            0.0 if failure is None else await self._take_back(message, failure, agent_works=works)
            for message, failure in zip(messages, failures, strict=True)
        ]

    async def _deliver(self, client: AsyncClient, message: Message) -> _Failure | None:
        renewing = asyncio.create_task(self._renew(message))
        try:
            failure = await self._push(client, message)
        finally:
            renewing.cancel()
        if failure is None:
            with suppress(CallError):  # then the message comes again, which at-least-once allows
                await self._queue.acknowledge(self._config.agent, message)
        return failure

    async def _renew(self, message: Message) -> None:
        """Keep a message hidden while its delivery is under way."""
        kept = True
        while kept:
            await asyncio.sleep(self._config.visibility.total_seconds() / 2)
            with suppress(CallError):  # it may come twice then
                kept = await self._queue.extend(self._config.agent, message)

    async def _take_back(self, message: Message, failure: _Failure, *, agent_works: bool) -> float:
        """See to a message that was not accepted; the seconds for which to pause."""
        agent, pause = self._config.agent, failure.pause
        if pause is not None and failure.its_own_fault and agent_works:
            pause = None
        with suppress(CallError):  # then the message comes again when its visibility ends
            if failure.unfit:
                await self._queue.bury(agent, message, failure.reason)
            elif pause is None:
                await self._queue.note_failure(agent, message, failure.reason)
            else:
                pause = 0.0 if await self._held() else pause  # whoever releases the agent wants no pause after it
                await self._queue.release(agent, message, pause, failure.reason)
        return pause or 0.0

    async def _push(self, client: AsyncClient, message: Message) -> _Failure | None:
        delivery = Delivery(
            id=message.id, topic=message.topic, document_id=message.document_id, receives=message.receives
        )
        try:
            async with asyncio.timeout(self._config.timeout.total_seconds()):
                answer = await client.post(
                    f"/internal/agents/{self._config.agent}/deliver",
                    content=msgspec.json.encode(delivery),
                    headers=_headers(message),
                )
        except (HTTPError, TimeoutError) as error:
            reason = f"the delivery failed: {type(error).__name__}"
            return _Failure(reason=reason, pause=self._pause(None), its_own_fault=True)
        if answer.is_success:
            return None
        reason = f"the agent answered {answer.status_code}{_detail(answer)}"
        if answer.status_code in CANNOT_WORK:
            pause = self._pause(answer.headers.get("retry-after"))
            return _Failure(reason=reason, pause=pause, its_own_fault=answer.status_code in ITS_OWN_FAULT)
        return _Failure(reason=reason, unfit=answer.status_code in UNFIT)

    def _pause(self, retry_after: str | None) -> float:
        asked = retry_after is not None and retry_after.isascii() and retry_after.isdecimal()
        seconds = float(str(retry_after)) if asked else 0.0
        return min(seconds or self._config.pause.total_seconds(), self._config.longest_pause.total_seconds())


def _headers(message: Message) -> dict[str, str]:
    """What goes with a delivery; without what another program put into the queue and no header can hold."""
    said = {"X-Request-Id": message.request_id, "Idempotency-Key": message.id}
    return {"Content-Type": "application/json"} | {name: value for name, value in said.items() if _sendable(value)}


class _Problem(msgspec.Struct, frozen=True):
    detail: str = ""


def _detail(answer: Response) -> str:
    """What a problem tells, for whoever reads of the dead letter."""
    try:
        detail = msgspec.json.decode(answer.content, type=_Problem).detail
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return f": {detail}"[:LONGEST_REASON] if detail else ""


def _complain(pump: "asyncio.Task[None]") -> None:
    if not pump.cancelled() and pump.exception() is not None:
        context = {"message": "the pump has ended; nothing is delivered", "exception": pump.exception()}
        pump.get_loop().call_exception_handler(context)
