"""The endpoint alone, between a caller's messages and a manual clock."""

import dataclasses
from collections.abc import Callable

import msgspec
from starlette.types import Message, Scope

from harness.plan.scenario import FaultMode
from harness.simulator.attempt_log import Attempt, AttemptLog
from harness.simulator.fault import Fault
from harness.simulator.fault_board import EVERY_MODEL, FaultBoard
from harness.simulator.latency import Latency
from harness.simulator.provider import Embeddings

MODEL = "text-embedding-3-small"
SCOPE: Scope = {
    "type": "http",
    "method": "POST",
    "path": "/v1/embeddings",
    "headers": [(b"authorization", b"Bearer k")],
}


@dataclasses.dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def endpoint(clock: Clock) -> Embeddings:
    return Embeddings(
        faults=FaultBoard([MODEL], port_closes=True),
        attempts=AttemptLog(capacity=10),
        latency=Latency(median=0.0, seed=1),
        seed=1,
        clock=clock,
    )


def rows(embeddings: Embeddings) -> list[Attempt]:
    return embeddings.attempts.page(after=0, limit=10).attempts


async def ask(embeddings: Embeddings, *, before_leaving: Callable[[], object]) -> None:
    """Send one question, then go away."""
    body = msgspec.json.encode({"model": MODEL, "input": "x", "dimensions": 1})
    messages: list[Message] = [{"type": "http.request", "body": body}]

    async def receive() -> Message:
        if messages:
            return messages.pop()
        before_leaving()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        raise AssertionError(f"{message['type']} for a caller that has left")

    await embeddings(SCOPE, receive, send)


async def test_an_attempt_under_way_when_the_port_closes_is_a_reset_of_that_instant() -> None:
    clock = Clock()
    embeddings = endpoint(clock)

    def close_the_port() -> None:
        clock.now = 101.5
        embeddings.faults.put(EVERY_MODEL, Fault(mode=FaultMode.REFUSE, seconds=10), now=clock.now)

    await ask(embeddings, before_leaving=close_the_port)
    (row,) = rows(embeddings)
    assert (row.result, row.fault, row.arrived_at, row.ended_at) == ("reset", "refuse", 100.0, 101.5)


async def test_a_caller_that_leaves_while_the_port_is_open_was_never_answered() -> None:
    embeddings = endpoint(Clock())
    await ask(embeddings, before_leaving=lambda: None)
    (row,) = rows(embeddings)
    assert (row.result, row.fault, row.ended_at) == ("ok", "", None)


async def test_a_caller_that_leaves_before_it_has_asked_leaves_no_row() -> None:
    embeddings = endpoint(Clock())

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        raise AssertionError(f"{message['type']} for a caller that has left")

    await embeddings(SCOPE, receive, send)
    assert rows(embeddings) == []


async def test_the_fate_is_that_of_the_instant_of_arrival() -> None:
    clock = Clock()
    embeddings = endpoint(clock)
    embeddings.faults.put(MODEL, Fault(mode=FaultMode.SLOW, latency=30, seconds=10), now=95.0)

    def outlive_the_lease() -> None:
        clock.now = 106.0

    await ask(embeddings, before_leaving=outlive_the_lease)
    await ask(embeddings, before_leaving=lambda: None)
    assert [(row.result, row.fault) for row in rows(embeddings)] == [("slow", "slow"), ("ok", "")]
