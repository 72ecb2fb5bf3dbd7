"""The simulator put together: one provider, one control port, one process."""

import asyncio
import contextlib
import dataclasses
import time
from collections.abc import AsyncIterator, Callable

from harness.simulator.attempt_log import AttemptLog
from harness.simulator.control import Control, control_app
from harness.simulator.embedding_request import MODELS
from harness.simulator.fault_board import FaultBoard
from harness.simulator.latency import Latency
from harness.simulator.listener import Listener
from harness.simulator.provider import Embeddings, provider_app
from harness.simulator.refusal import Refusal
from harness.simulator.settings import SimulatorSettings


@dataclasses.dataclass(frozen=True, kw_only=True)
class Simulator:
    """Where a running simulator is: the base URL for an OpenAI client, and the URL of the control API."""

    address: str
    control: str


def steady_clock() -> Callable[[], float]:
    """Unix seconds that never jump: the time of now, carried on by the monotonic clock."""
    start = time.time() - time.monotonic()
    return lambda: start + time.monotonic()


@contextlib.asynccontextmanager
async def running(settings: SimulatorSettings) -> AsyncIterator[Simulator]:
    """A simulator for the length of a `with` block.

    Raises:
        OSError: when a port is taken.
    """
    clock = steady_clock()
    faults = FaultBoard(MODELS)
    attempts = AttemptLog(capacity=settings.attempts_held)
    embeddings = Embeddings(
        faults=faults,
        attempts=attempts,
        latency=Latency(median=settings.latency_median, seed=settings.seed),
        seed=settings.seed,
        clock=clock,
    )
    async with contextlib.AsyncExitStack() as stack:
        provider = await stack.enter_async_context(Listener(provider_app(embeddings), port=settings.port))
        refusal = Refusal(provider, faults, clock)
        control = Control(faults=faults, attempts=attempts, clock=clock, faults_changed=refusal.apply)
        controlled = await stack.enter_async_context(Listener(control_app(control), port=settings.control_port))
        following = asyncio.create_task(refusal.follow())
        stack.push_async_callback(_ended, following)
        yield Simulator(address=f"{provider.address}/v1", control=controlled.address)


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
