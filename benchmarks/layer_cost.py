"""What each part of the layer adds to a request that nothing is wrong with, in process."""

import random
import tempfile
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from benchmarks.markdown import table
from benchmarks.rounds import Repeat, least_nanoseconds
from service.assembly.fleet import Fleet
from service.assembly.levers import Levers
from service.assembly.names import DOCUMENT_DATABASE, EMBEDDINGS
from service.assembly.stores import stores
from service.dependencies.attempt import Attempt
from service.dependencies.call import Call, directly
from service.dependencies.embeddings import LocalEmbedder, Reason
from service.dependencies.guarded_call import GuardConfig, GuardedCall, outcome_of
from service.dependencies.health_rounds import HealthRounds
from service.dependencies.plain_call import PlainCall
from service.reliability.circuit_breaker import CircuitBreaker
from service.reliability.circuit_breaker_config import CircuitBreakerConfig
from service.reliability.golden_signals import GoldenSignals
from service.reliability.health_gate import HealthGates, HealthGatesConfig
from service.reliability.operating_mode import Mode, mode_key
from service.reliability.retry import RetryPolicy
from service.reliability.retry_budget import RetryBudget
from service.reliability.rollout import start
from service.settings.configurations import rollout_config
from service.settings.settings import Settings
from service.watchdogs.loop_delay import LoopDelay
from service.web.access import Access
from service.web.control_fresh import ControlFresh
from service.web.golden_signals import CountRequests
from service.web.identity import Identity
from service.web.journal import Journal
from service.web.load_shedding import LoadShedding
from service.web.turned_away import WritesDrained

_SCOPE: Scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "client": ("127.0.0.1", 1)}
_START: Message = {"type": "http.response.start", "status": 200, "headers": []}
_BODY: Message = {"type": "http.response.body", "body": b""}


async def layer_cost() -> str:
    """The table; what we claim is claimed of the whole, at saturation."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        parts: dict[str, tuple[Repeat, Repeat]] = {
            "metrics: golden signals by route": (_requests(_answer), _requests(_counted())),
            "health gate": (_requests(_answer), _requests(await _gated(stack))),
            "guard: deadline, retry, breaker, timeout": (_calls(PlainCall("d", directly)), _calls(_guarded())),
            "control copy fresh, writes not drained": (
                _requests(_answer),
                _requests(await _admitted(stack, folder / "c")),
            ),
            "a flag, through OpenFeature": (_nothing, await _steered(stack, folder / "d")),
            "rollout, none under way": (_requests(_answer), _requests(await _shaped(stack, folder / "a", begun=False))),
            "rollout, a canary at 10 %": (
                _requests(_answer),
                _requests(await _shaped(stack, folder / "b", begun=True)),
            ),
        }
        subjects = {f"{name} {side}": pair[side] for name, pair in parts.items() for side in (0, 1)}
        least = await least_nanoseconds(subjects)
    added = {name: (least[f"{name} 1"] - least[f"{name} 0"]) / 1000 for name in parts}
    rows = [[name, f"{microseconds:.1f}"] for name, microseconds in added.items()]
    return table(["part", "µs added to a request or call"], rows)


async def _answer(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send(_START)
    await send(_BODY)


async def _nothing_to_receive() -> Message:
    return {"type": "http.disconnect"}


async def _send(_message: Message) -> None:
    pass


def _requests(app: ASGIApp) -> Repeat:
    async def repeat(times: int) -> None:
        for _ in range(times):
            await app(dict(_SCOPE), _nothing_to_receive, _send)

    return repeat


def _calls(call: Call) -> Repeat:
    async def operation(_: Attempt) -> int:
        return 1

    async def repeat(times: int) -> None:
        for _ in range(times):
            await call(operation, "request")

    return repeat


def _counted() -> ASGIApp:
    signals = GoldenSignals(now=0.0, open_connections=lambda: 0)
    return CountRequests(_answer, signals=signals, loop_delay=LoopDelay())


async def _gated(stack: AsyncExitStack) -> ASGIApp:
    async def passes() -> None:
        pass

    config = HealthGatesConfig()
    gates = HealthGates(config, {DOCUMENT_DATABASE: True}, on_event=_told_nothing)
    rounds = HealthRounds(gates, {DOCUMENT_DATABASE: passes}, config)
    await rounds.start()
    stack.push_async_callback(rounds.stop)
    return LoadShedding(_answer, rounds=rounds)


def _guarded() -> Call:
    return GuardedCall(
        "dependency",
        GuardConfig(attempt_timeout=timedelta(seconds=2), deadline=timedelta(seconds=5), retry=RetryPolicy()),
        breaker=CircuitBreaker("dependency", CircuitBreakerConfig(), outcome_of=outcome_of),
        budget=RetryBudget(minimum=3, ratio=0.2),
        attempting=directly,
        rng=random.Random(1),
    )


async def _admitted(stack: AsyncExitStack, database: Path) -> ASGIApp:
    _, fleet, _ = await _started(stack, database)
    drained = WritesDrained(_answer, operations=fleet.operations, key=mode_key(Mode.WRITE_DRAIN))
    return ControlFresh(drained, copy=fleet.copy)


async def _steered(stack: AsyncExitStack, database: Path) -> Repeat:
    settings, fleet, levers = await _started(stack, database)
    embedder = LocalEmbedder(Reason.FLAG_OFF, dimensions=settings.embedding_dimensions, fallbacks={})

    async def repeat(times: int) -> None:
        await fleet.copy.refresh()
        for _ in range(times):
            levers.steer(_SCOPE, embedder)

    return repeat


async def _nothing(times: int) -> None:
    for _ in range(times):
        pass


async def _started(stack: AsyncExitStack, database: Path) -> tuple[Settings, Fleet, Levers]:
    settings = Settings.from_environment(
        {"USE_RELIABILITY_SYSTEM": "true", "OPENAI_API_KEY": "provider-key", "DATABASE_PATH": str(database)}
    )
    identity = Identity(environment="benchmark", load_tests_allowed=False, instance=database.name, reliability=True)
    fleet = Fleet(settings, identity, Journal(), stores(settings).fleet)
    levers = Levers(settings, identity, fleet, fallbacks=dict.fromkeys(Reason, 0))
    await levers.start()
    stack.push_async_callback(levers.stop)
    return settings, fleet, levers


async def _shaped(stack: AsyncExitStack, database: Path, *, begun: bool) -> ASGIApp:
    settings = Settings.from_environment(
        {
            "USE_RELIABILITY_SYSTEM": "true",
            "OPENAI_API_KEY": "provider-key",
            "EMBEDDING_CANARY_MODEL": "text-embedding-3-large",
            "DATABASE_PATH": str(database),
        }
    )
    identity = Identity(environment="benchmark", load_tests_allowed=False, instance="a", reliability=True)
    fleet = Fleet(settings, identity, Journal(), stores(settings).fleet)
    await fleet.start()
    stack.push_async_callback(fleet.stop)
    if begun:
        rollouts, config = fleet.rollouts[EMBEDDINGS], rollout_config(settings)
        await rollouts.change(
            lambda before, act: start(before, config, EMBEDDINGS, act, step=None),
            rollouts.act("benchmark", "to be measured"),
            "start",
        )
    (shaping,) = fleet.shaping(Access(operators=(), viewers=(), instance="a", journal=Journal()))
    app: ASGIApp = shaping.cls(_answer, *shaping.args, **shaping.kwargs)
    return app


def _told_nothing(_event: object) -> None:
    pass
