"""The simulator put together: one provider, one control API, one process."""

import asyncio
import contextlib
import dataclasses
import time
from collections.abc import AsyncIterator, Awaitable, Callable

from starlette.responses import Response
from starlette.types import ASGIApp

from harness.simulator.attempt_log import AttemptLog
from harness.simulator.bearer import OnlyWithToken
from harness.simulator.control import Control, control_app, problem
from harness.simulator.embedding_request import MODELS
from harness.simulator.fault_board import FaultBoard
from harness.simulator.latency import Latency
from harness.simulator.listener import Listener
from harness.simulator.one_port import CONTROL, one_port_app
from harness.simulator.openai_errors import wrong_key
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
    faults = FaultBoard(MODELS, port_closes=not settings.one_port)
    attempts = AttemptLog(capacity=settings.attempts_held)
    provider = _for_key(
        provider_app(
            Embeddings(
                faults=faults,
                attempts=attempts,
                latency=Latency(median=settings.latency_median, seed=settings.seed),
                seed=settings.seed,
                clock=clock,
            )
        ),
        settings.api_key,
    )

    def control(faults_changed: Callable[[], Awaitable[None]]) -> ASGIApp:
        controlled = Control(faults=faults, attempts=attempts, clock=clock, faults_changed=faults_changed)
        return _for_token(control_app(controlled), settings.control_token)

    if settings.one_port:
        app = one_port_app(provider=provider, control=control(_nothing_to_close))
        async with Listener(app, host=settings.host, port=settings.port) as both:
            yield Simulator(address=f"{both.address}/v1", control=f"{both.address}{CONTROL}")
        return
    async with contextlib.AsyncExitStack() as stack:
        provided = await stack.enter_async_context(Listener(provider, host=settings.host, port=settings.port))
        refusal = Refusal(provided, faults, clock)
        controlled = await stack.enter_async_context(
            Listener(control(refusal.apply), host=settings.host, port=settings.control_port)
        )
        following = asyncio.create_task(refusal.follow())
        stack.push_async_callback(_ended, following)
        yield Simulator(address=f"{provided.address}/v1", control=controlled.address)


def _for_key(provider: ASGIApp, key: str) -> ASGIApp:
    """The provider, before which a caller without the key is told so: that is no attempt, and in no log."""
    if not key:
        return provider
    error = wrong_key()
    return OnlyWithToken(provider, token=key, refusal=Response(error.body, error.status, media_type="application/json"))


def _for_token(control: ASGIApp, token: str) -> ASGIApp:
    if not token:
        return control
    refusal = problem(401, ["the Authorization header does not carry the token of the control API"])
    return OnlyWithToken(control, token=token, refusal=refusal)


async def _nothing_to_close() -> None:
    """No fault closes a port that is not the provider's alone."""


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
