import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from httpx2 import ASGITransport, AsyncBaseTransport, ConnectError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.dependencies.agent_queue import AgentQueue
from service.dependencies.call import directly
from service.dependencies.delivery import Pump, PumpConfig
from service.dependencies.event_queue import EventQueue
from service.dependencies.plain_call import PlainCall
from service.store.events import DeadLetter, Event, Message
from service.store.sqlite_events import SqliteEventStore
from service.store.sqlite_file import SqliteConfig, SqliteFile

CONFIG = PumpConfig(
    agent="indexer",
    token="internal-token",
    instance="i",
    idle=timedelta(hours=1),
    timeout=timedelta(seconds=5),
    visibility=timedelta(seconds=30),
)


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
        self.on_delivery()
        self.deliveries.append(await request.json())
        self.headers.append(request.headers)
        headers = None if self.retry_after is None else {"Retry-After": self.retry_after}
        status = self.failing.get(self.deliveries[-1]["document_id"], 200)
        return Response(self.problem, self.script.pop(0) if self.script else status, headers=headers)

    def transport(self) -> ASGITransport:
        route = Route("/internal/agents/indexer/deliver", self.deliver, methods=["POST"])
        return ASGITransport(app=Starlette(routes=[route]))


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def agent() -> Agent:
    return Agent()


@dataclass
class Quarantine:
    """Whether the agent is held; `looks` counts how often that was asked."""

    on: bool = False
    looks: int = 0

    async def __call__(self) -> bool:
        self.looks += 1
        return self.on


@pytest.fixture
def held() -> Quarantine:
    return Quarantine()


async def free() -> bool:
    return False


@pytest.fixture
def pauses() -> list[float]:
    """The pauses of the pump, in seconds, which pass on the clock alone."""
    return []


@pytest.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[SqliteEventStore]:
    file = SqliteFile(SqliteConfig(path=str(tmp_path / "q.sqlite3"), threads=2, busy_timeout=timedelta(seconds=1)))
    opened = SqliteEventStore(file, visibility=timedelta(seconds=30), max_receives=2, wall_clock=clock)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def queue(store: SqliteEventStore) -> EventQueue:
    return EventQueue(
        store, PlainCall("event_queue", directly), topics={"t": ("indexer",)}, quarantined=lambda _: False
    )


@pytest.fixture
def messages(store: SqliteEventStore) -> AgentQueue:
    return AgentQueue(store, PlainCall("event_queue", directly))


@pytest.fixture
async def pump(
    messages: AgentQueue, agent: Agent, clock: Clock, pauses: list[float], held: Quarantine
) -> AsyncIterator[Pump]:
    async def address() -> str:
        return "http://service"

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        clock.now += seconds
        await asyncio.sleep(0)

    running = Pump(messages, CONFIG, address=address, held=held, transport=agent.transport(), sleep=sleep)
    await running.start()
    yield running
    await running.stop()


async def publish(queue: EventQueue, pump: Pump, *documents: str) -> None:
    for number, document in enumerate(documents or ("d1",), start=1):
        await queue.publish(Event(id=f"e{number}", topic="t", document_id=document, request_id="r1"), None)
    pump.wake()


async def only_dead_letter(queue: EventQueue) -> DeadLetter:
    page = await queue.dead_letters(agent="indexer", topic=None, limit=10, after=None)
    (letter,) = page.dead_letters
    return letter


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(5000):
        if holds():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it never came true")


async def drained(queue: EventQueue) -> None:
    for _ in range(5000):
        if not (await queue.depths())[0].waiting:
            return
    raise AssertionError("the queue was never empty")


async def test_a_published_event_is_pushed_and_acknowledged(queue: EventQueue, pump: Pump, agent: Agent) -> None:
    await publish(queue, pump)
    await drained(queue)
    assert agent.deliveries == [{"id": "e1", "topic": "t", "document_id": "d1", "receives": 1}]
    assert agent.headers[0]["authorization"] == "Bearer internal-token"
    assert agent.headers[0]["x-request-id"] == "r1"
    assert agent.headers[0]["idempotency-key"] == "e1"


async def test_what_the_agent_does_not_accept_comes_again_after_its_visibility(
    queue: EventQueue, pump: Pump, agent: Agent, clock: Clock
) -> None:
    agent.script = [500]
    await publish(queue, pump)
    await until(lambda: len(agent.deliveries) == 1)
    pump.wake()
    assert len(agent.deliveries) == 1
    clock.now += 30
    pump.wake()
    await drained(queue)
    assert [delivery["receives"] for delivery in agent.deliveries] == [1, 2]
    assert {headers["idempotency-key"] for headers in agent.headers} == {"e1"}


@pytest.mark.parametrize("status", [400, 413, 415, 422])
async def test_what_can_never_be_accepted_is_a_dead_letter_at_once_and_says_why(
    queue: EventQueue, pump: Pump, agent: Agent, status: int
) -> None:
    agent.script, agent.problem = [status], '{"detail": "topic is t; expected another"}'
    await publish(queue, pump)
    await drained(queue)
    letter = await only_dead_letter(queue)
    assert letter.reason == f"the agent answered {status}: topic is t; expected another"
    assert (letter.attempts, len(agent.deliveries)) == (1, 1)


@pytest.mark.parametrize("status", [422, 502, 504])
async def test_a_poison_message_dies_and_does_not_hold_up_the_rest(
    queue: EventQueue, pump: Pump, agent: Agent, clock: Clock, status: int
) -> None:
    agent.failing = {"poison": status}
    others = [f"d{number}" for number in range(20)]
    await publish(queue, pump, *others[:3], "poison", *others[3:])
    await until(lambda: {each["document_id"] for each in agent.deliveries} == {"poison", *others})
    for _ in range(10):
        clock.now += 30
        await publish(queue, pump, *others)  # the same events: only those that were acknowledged are there anew
        await until(lambda: agent.deliveries[-1]["document_id"] != "poison")
        if (await queue.depths())[0].dead_letters:
            break
    letter = await only_dead_letter(queue)
    assert letter.document_id == "poison"
    assert letter.reason == f"the agent answered {status}"


async def test_what_no_header_can_hold_is_delivered_without_it(
    queue: EventQueue, store: SqliteEventStore, pump: Pump, agent: Agent
) -> None:
    """As another program might put it into the queue."""
    odd = Event(id="e\n1", topic="t", document_id="d1", request_id="réquest\r\nX-Other: 1")
    await store.publish(odd, ("indexer",), None)
    pump.wake()
    await drained(queue)
    assert [delivery["id"] for delivery in agent.deliveries] == ["e\n1"]
    assert not {"x-request-id", "idempotency-key", "x-other"} & set(agent.headers[0])


async def test_a_held_agent_gets_nothing_and_all_of_it_when_it_is_released(
    queue: EventQueue, pump: Pump, agent: Agent, held: Quarantine, pauses: list[float]
) -> None:
    held.on = True
    await publish(queue, pump, "d1", "d2", "d3")
    await until(lambda: held.looks > 20)
    assert (agent.deliveries, (await queue.depths())[0].waiting) == ([], 3)
    assert set(pauses) == {0.5}  # so it hears of its release within half a second
    held.on = False
    await drained(queue)
    assert [delivery["receives"] for delivery in agent.deliveries] == [1, 1, 1]


async def test_what_waits_for_a_held_agent_is_shown_as_held(store: SqliteEventStore) -> None:
    call = PlainCall("event_queue", directly)
    topics = {"t": ("indexer", "painter")}
    queue = EventQueue(store, call, topics=topics, quarantined=lambda agent: agent == "painter")
    assert queue.agents == ["indexer", "painter"]
    assert [(depth.agent, depth.held) for depth in await queue.depths()] == [("indexer", False), ("painter", True)]


async def test_what_was_on_its_way_when_the_agent_was_held_comes_again_without_the_pause_it_asked_for(
    queue: EventQueue, pump: Pump, agent: Agent, held: Quarantine, pauses: list[float], clock: Clock
) -> None:
    def hold() -> None:
        held.on = True

    agent.on_delivery, agent.script, agent.retry_after = hold, [503], "60"
    began = clock.now
    await publish(queue, pump)
    await until(lambda: held.looks > 10)
    assert len(agent.deliveries) == 1
    agent.on_delivery, held.on = (lambda: None), False
    await drained(queue)
    assert [delivery["receives"] for delivery in agent.deliveries] == [1, 1]
    assert 60 not in pauses
    assert clock.now - began == sum(pauses)


async def test_a_message_stays_hidden_for_as_long_as_its_delivery_takes(
    queue: EventQueue, messages: AgentQueue, store: SqliteEventStore, clock: Clock
) -> None:
    renewed, finish = asyncio.Event(), asyncio.Event()

    class Slow(AsyncBaseTransport):
        async def handle_async_request(self, _: httpx2.Request) -> httpx2.Response:
            clock.now += 29  # nearly all of the message's visibility
            await finish.wait()
            return httpx2.Response(200)

    class Renewing(AgentQueue):
        async def extend(self, agent: str, message: Message) -> bool:
            kept = await super().extend(agent, message)
            renewed.set()
            return kept

    async def address() -> str:
        return "http://service"

    config = replace(CONFIG, visibility=timedelta(milliseconds=20), timeout=timedelta(minutes=1))
    renewing = Renewing(store, PlainCall("event_queue", directly))
    pump = Pump(renewing, config, address=address, held=free, transport=Slow())
    await publish(queue, pump)
    await pump.start()
    await renewed.wait()
    clock.now += 29  # more than the visibility since it was claimed
    assert await messages.claim("indexer", 1, "r") == []
    finish.set()
    await drained(queue)
    await pump.stop()
    assert (await queue.depths())[0].acknowledged == 1


async def test_what_the_agent_never_accepts_becomes_a_dead_letter(
    queue: EventQueue, pump: Pump, agent: Agent, clock: Clock
) -> None:
    agent.script = [404, 404, 404]
    await publish(queue, pump)
    for count in (1, 2):
        await until(lambda count=count: len(agent.deliveries) == count)  # type: ignore[misc] # mypy on defaults of lambdas
        clock.now += 30
        pump.wake()
    await drained(queue)
    (depth,) = await queue.depths()
    assert (depth.waiting, depth.dead_letters, len(agent.deliveries)) == (0, 1, 2)


@pytest.mark.parametrize("status", [401, 403, 408, 429, 502, 503, 504])
async def test_an_outage_costs_no_receives_and_no_message(
    queue: EventQueue, pump: Pump, agent: Agent, clock: Clock, pauses: list[float], status: int
) -> None:
    agent.script = [status] * 20
    began = clock.now
    await publish(queue, pump)
    await drained(queue)
    assert [delivery["receives"] for delivery in agent.deliveries] == [1] * 21
    assert (pauses, clock.now) == ([1.0] * 20, began + 20)
    assert (await queue.depths())[0].dead_letters == 0


@pytest.mark.parametrize(("retry_after", "paused"), [("7", 7), ("86400", 60), ("soon", 1), ("0", 1)])
async def test_the_pump_pauses_for_as_long_as_the_agent_says_within_reason(
    queue: EventQueue, pump: Pump, agent: Agent, pauses: list[float], retry_after: str, paused: float
) -> None:
    agent.script, agent.retry_after = [503], retry_after
    await publish(queue, pump)
    await drained(queue)
    assert pauses == [paused]


async def test_a_delivery_without_an_answer_costs_no_receive(
    queue: EventQueue, messages: AgentQueue, clock: Clock
) -> None:
    tries: list[int] = []

    async def silent_at_first(request: Request) -> Response:
        tries.append((await request.json())["receives"])
        if len(tries) < 5:
            raise ConnectError("nobody is there")
        return Response()

    async def address() -> str:
        return "http://service"

    async def sleep(seconds: float) -> None:
        clock.now += seconds

    route = Route("/internal/agents/indexer/deliver", silent_at_first, methods=["POST"])
    transport = ASGITransport(app=Starlette(routes=[route]))
    pump = Pump(messages, CONFIG, address=address, held=free, transport=transport, sleep=sleep)
    await publish(queue, pump)
    await pump.start()
    await drained(queue)
    await pump.stop()
    assert tries == [1] * 5


async def test_a_delivery_that_never_ends_is_given_up_as_a_whole(
    queue: EventQueue, messages: AgentQueue, clock: Clock
) -> None:
    tries: list[int] = []

    class Trickle(AsyncBaseTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            tries.append(json.loads(request.content)["receives"])
            if len(tries) == 1:
                await asyncio.Event().wait()  # as an answer of which a byte arrives now and then
            return httpx2.Response(200)

    async def address() -> str:
        return "http://service"

    async def sleep(seconds: float) -> None:
        clock.now += seconds

    config = replace(CONFIG, timeout=timedelta(milliseconds=10))
    pump = Pump(messages, config, address=address, held=free, transport=Trickle(), sleep=sleep)
    await publish(queue, pump)
    await pump.start()
    await drained(queue)
    await pump.stop()
    assert tries == [1, 1]


async def test_the_pump_waits_until_the_service_listens(queue: EventQueue, messages: AgentQueue, agent: Agent) -> None:
    listens = asyncio.Event()

    async def address() -> str:
        await listens.wait()
        return "http://service"

    pump = Pump(messages, CONFIG, address=address, held=free, transport=agent.transport())
    await pump.start()
    await publish(queue, pump)
    await asyncio.sleep(0)
    assert (await queue.depths())[0].waiting == 1
    listens.set()
    await drained(queue)
    await pump.stop()
    assert len(agent.deliveries) == 1


async def test_a_pump_that_was_never_started_can_be_stopped(messages: AgentQueue) -> None:
    async def address() -> str:
        raise AssertionError("not asked for")

    await Pump(messages, CONFIG, address=address, held=free).stop()
