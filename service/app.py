"""The composition root: the one file that knows every part."""

import os
import secrets
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path

from httpx2 import AsyncClient
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from service.dependencies.delivery import Pump, PumpConfig
from service.dependencies.document_database import DocumentDatabase
from service.dependencies.embeddings import Embedder, EmbedderWithFallback, ProviderEmbedder, Reason
from service.dependencies.event_queue import EventQueue, EventQueueConfig
from service.dependencies.guards import Guards
from service.dependencies.health_rounds import HealthRounds
from service.dependencies.openai_embeddings import OpenAIEmbeddings
from service.dependencies.startup import Part, StartError, Startup, graph_from, start_plainly
from service.fleet.control_copy import ControlCopy
from service.fleet.rollout_board import RolloutBoard
from service.fleet.rollout_document import RolloutDocument, document_name
from service.fleet.rollouts import Rollouts
from service.reliability.golden_signals import GoldenSignals
from service.reliability.health_gate import HealthGates
from service.reliability.slo import Variant
from service.reliability.startup_graph import StartupGraph
from service.settings.configurations import (
    bound_to_loopback,
    control_config,
    database_limits,
    documents_config,
    embeddings_limits,
    events_config,
    gates_config,
    guards_config,
    provider_config,
    queue_limits,
    rollout_config,
    viewer_tokens,
    watchdog_config,
)
from service.settings.settings import Settings
from service.store import documents, events, sqlite_control, sqlite_counts
from service.store.counts import CountBoard
from service.store.redis_counts import RedisCountBoard
from service.store.sqlite_control import SqliteControlStore
from service.store.sqlite_counts import SqliteCountBoard
from service.store.sqlite_file import SqliteFile
from service.web.bearer import Bearer
from service.web.breaker_journal import BreakerJournal
from service.web.breaker_routes import BreakerRoutes
from service.web.fault_routes import FaultRoutes
from service.web.gate_journal import GateJournal
from service.web.gate_routes import GateRoutes
from service.web.golden_signals import CountRequests, count_each, golden_signals_routes
from service.web.health import HealthRoutes
from service.web.identity import Identity, identity_routes
from service.web.journal import Journal, Type
from service.web.journal_routes import journal_routes
from service.web.listener import Listener
from service.web.load_shedding import LoadShedding
from service.web.log import LOGGER
from service.web.metrics import Sources, metrics_routes
from service.web.problems import EXCEPTION_HANDLERS
from service.web.request_id import RequestId
from service.web.rollout_journal import RolloutJournal
from service.web.rollout_routes import RolloutRoutes
from service.web.summary import summary_routes
from service.web.traffic_shaping import TrafficShaping
from service.web.viewers import only_for_viewers
from service.web.watchdogs import Watchdogs
from service.workload import indexer
from service.workload.documents import DocumentRoutes
from service.workload.embeddings import EmbeddingHandler, embeddings_routes
from service.workload.events import Topic, events_routes
from service.workload.indexer import indexer_routes

STARTUP_GRAPH = Path(__file__).with_name("startup_graph.toml")
EMBEDDINGS, DOCUMENT_DATABASE, EVENT_QUEUE, CONTROL_STORE = (
    "embeddings",
    "document_database",
    "event_queue",
    "control_store",
)
HEALTH_GATES = "health_gates"


def create_app(settings: Settings, *, provider_client: AsyncClient | None = None) -> Starlette:
    """The service as an ASGI application; nothing is opened before its lifespan.

    `app.state` carries `identity`, `journal`, and the `listener` that is to be told of the server.
    """
    reliability = settings.use_reliability_system
    identity = Identity(
        environment=settings.environment,
        load_tests_allowed=settings.load_tests_allowed,
        instance=settings.instance_id or f"{socket.gethostname()}-{os.getpid()}",
        reliability=reliability,
    )
    journal, listener = Journal(), Listener()
    guards = Guards(guards_config(settings), instance=identity.instance, on_transition=BreakerJournal(journal))
    provider = OpenAIEmbeddings(provider_config(settings), instance=identity.instance, http_client=provider_client)
    internal_token = settings.internal_token or secrets.token_urlsafe(32)
    pump_config = PumpConfig(
        agent=indexer.AGENT, token=internal_token, instance=identity.instance, timeout=settings.delivery_timeout
    )
    dependencies = _Dependencies(settings, guards, provider, pump_config, listener)
    parts = dependencies.parts(settings)
    rounds = dependencies.health_rounds(settings, GateJournal(journal, identity.instance))
    gates = GateRoutes(rounds)
    fleet = _Fleet(settings, identity, RolloutJournal(journal))
    if reliability:
        parts[CONTROL_STORE] = Part(start=fleet.start, stop=fleet.stop)
        parts[HEALTH_GATES] = Part(start=rounds.start, stop=rounds.stop)
    ready = [Middleware(LoadShedding, rounds=rounds)] if reliability else []
    startup = Startup(_startup_graph(settings), parts)

    breakers = BreakerRoutes(guards.breakers)
    health = HealthRoutes(startup, breakers, gates)
    watchdogs = Watchdogs(watchdog_config(settings), ai_latency=guards.latencies[EMBEDDINGS], queue=dependencies.queue)
    routes = [
        *dependencies.workload(
            settings, ready, fleet.shaping(settings), internal=Middleware(Bearer, tokens=[internal_token])
        ),
        *identity_routes(identity),
        *health.routes(),
        *journal_routes(journal, identity),
        *breakers.observability_routes(),
        *watchdogs.routes(),
        *fleet.routes.observability_routes(),
        *gates.routes(),
    ]
    if settings.operator_token:
        operator = Middleware(Bearer, tokens=[settings.operator_token])
        routes += breakers.operator_routes(operator) + fleet.routes.operator_routes(operator)
        routes += FaultRoutes(guards.injectors, guards.attempts, journal).operator_routes(operator)
    middleware = [Middleware(RequestId, instance=identity.instance)]
    if reliability:
        signals = GoldenSignals(now=time.monotonic(), open_connections=listener.open_connections)
        figures = Sources(
            signals=signals,
            breakers=guards.breakers,
            latencies=guards.latencies,
            fallbacks=dependencies.fallbacks,
            watchdogs=watchdogs,
        )
        routes += golden_signals_routes(signals) + metrics_routes(figures) + summary_routes(figures, identity, health)
        middleware.append(Middleware(CountRequests, signals=signals))
        count_each(routes, signals)
    if not bound_to_loopback(settings):
        routes = only_for_viewers(routes, viewer_tokens(settings))

    app = Starlette(
        routes=routes,
        middleware=middleware,
        exception_handlers=EXCEPTION_HANDLERS,
        lifespan=_lifespan(settings, identity, journal, startup, parts),
    )
    app.router.redirect_slashes = False  # a caller that posts elsewhere shall learn so, not be sent on
    app.state.identity, app.state.journal, app.state.listener = identity, journal, listener
    return app


class _Dependencies:
    """What can fail, each behind its guard, and the pump between two of them."""

    def __init__(
        self, settings: Settings, guards: Guards, provider: OpenAIEmbeddings, pump: PumpConfig, listener: Listener
    ) -> None:
        dimensions = settings.embedding_dimensions
        self._guards = guards
        self.provider = provider
        models = {Variant.STABLE: settings.embedding_model, Variant.CANARY: settings.embedding_canary_model}
        self.by_provider = {
            variant: ProviderEmbedder(
                provider,
                guards.call(EMBEDDINGS, embeddings_limits(settings), breaker=f"{EMBEDDINGS}:{variant}"),
                model=model,
            )
            for variant, model in models.items()
            if model
        }
        self.fallbacks = dict.fromkeys(Reason, 0)
        self.with_fallback = {
            variant: EmbedderWithFallback(embedder, dimensions=dimensions, fallbacks=self.fallbacks)
            for variant, embedder in self.by_provider.items()
        }
        self.documents_file = SqliteFile(documents_config(settings))
        self.database = DocumentDatabase(
            self.documents_file,
            guards.call(DOCUMENT_DATABASE, database_limits(settings), breaker=DOCUMENT_DATABASE),
            dimensions=dimensions,
        )
        self.events_file = SqliteFile(events_config(settings))
        self.queue = EventQueue(
            self.events_file,
            guards.call(EVENT_QUEUE, queue_limits(settings), breaker=EVENT_QUEUE),
            EventQueueConfig(
                agents={Topic.DOCUMENT_CREATED: (indexer.AGENT,)},
                visibility=settings.queue_visibility,
                max_receives=settings.queue_max_receives,
            ),
        )
        self.pump = Pump(self.queue, pump, address=listener.address)

    def parts(self, settings: Settings) -> dict[str, Part]:
        """What each node of the startup graph starts and stops, in an order in which they can."""

        async def ask_provider() -> None:
            if settings.use_reliability_system:  # else nobody would do anything about the answer
                await self.provider.check(timeout=settings.embeddings_attempt_timeout)

        return {
            DOCUMENT_DATABASE: Part(
                start=lambda: self.documents_file.open(documents.SCHEMA), stop=self.documents_file.close
            ),
            EVENT_QUEUE: Part(start=lambda: self.events_file.open(events.SCHEMA), stop=self.events_file.close),
            EMBEDDINGS: Part(start=ask_provider, stop=self.provider.close),
            indexer.AGENT: Part(start=self.pump.start, stop=self.pump.stop),
        }

    def health_rounds(self, settings: Settings, journal: GateJournal) -> HealthRounds:
        """The gates of what can fail; the embeddings' is not critical, for they have a fallback."""
        config, guards = gates_config(settings), self._guards

        def ask_provider() -> Awaitable[None]:
            return self.provider.check(timeout=config.check_timeout)

        critical = {DOCUMENT_DATABASE: True, EVENT_QUEUE: True, EMBEDDINGS: False}
        gates = HealthGates(config, critical if settings.use_reliability_system else {}, on_event=journal)
        checks = {
            DOCUMENT_DATABASE: guards.check(DOCUMENT_DATABASE, self.database.check),
            EVENT_QUEUE: guards.check(EVENT_QUEUE, self.queue.check),
            EMBEDDINGS: guards.check(EMBEDDINGS, ask_provider),
        }
        return HealthRounds(gates, checks, config)

    def workload(
        self,
        settings: Settings,
        ready: Sequence[Middleware],
        shaping: Sequence[Middleware],
        *,
        internal: Middleware,
    ) -> list[Route]:
        """The routes of the protected service; without the reliability system there is no fallback."""
        embedders: Mapping[Variant, Embedder]
        embedders = self.with_fallback if settings.use_reliability_system else self.by_provider
        models = {Variant.STABLE: settings.embedding_model, Variant.CANARY: settings.embedding_canary_model}
        handlers = {
            variant: EmbeddingHandler(model=models[variant], embedder=embedder)
            for variant, embedder in embedders.items()
        }
        return [
            *embeddings_routes(handlers, [*ready, *shaping]),
            *DocumentRoutes(self.database, embedders[Variant.STABLE]).routes(ready),
            *events_routes(self.queue, ready, published=self.pump.wake),
            *indexer_routes(self.database, self.by_provider[Variant.STABLE], [internal, *ready]),
        ]


class _Fleet:
    """What this instance shares with the others, and the rollout that they decide together."""

    def __init__(self, settings: Settings, identity: Identity, journal: RolloutJournal) -> None:
        self._file = SqliteFile(control_config(settings))
        store = SqliteControlStore(self._file)
        self._board = _count_board(settings, self._file)
        copy = ControlCopy(store, [document_name(EMBEDDINGS)], on_change=journal.seen)
        self.rollouts: dict[str, Rollouts] = {}
        if settings.use_reliability_system and settings.embedding_canary_model:
            self.rollouts[EMBEDDINGS] = Rollouts(
                EMBEDDINGS,
                instance=identity.instance,
                copy=copy,
                document=RolloutDocument(EMBEDDINGS, store, copy),
                board=RolloutBoard(EMBEDDINGS, self._board, instance=identity.instance, boot_id=identity.boot_id),
                on_change=journal.changed,
            )
        self.routes = RolloutRoutes(self.rollouts, rollout_config(settings), copy)

    async def start(self) -> None:
        """Open the control store and take part in what is decided."""
        await self._file.open(sqlite_control.SCHEMA + sqlite_counts.SCHEMA)
        for rollouts in self.rollouts.values():
            await rollouts.start()

    async def stop(self) -> None:
        """Tell what was counted, and close the store."""
        for rollouts in self.rollouts.values():
            await rollouts.stop()
        await self._board.close()
        await self._file.close()

    def shaping(self, settings: Settings) -> list[Middleware]:
        """What chooses between the variants of the embeddings' route; nothing where there is one variant."""
        tokens = [settings.operator_token] if settings.operator_token else []
        return [
            Middleware(TrafficShaping, rollouts=rollouts, operator_tokens=tokens) for rollouts in self.rollouts.values()
        ]


def _count_board(settings: Settings, file: SqliteFile) -> CountBoard:
    if settings.count_board_url:
        return RedisCountBoard(settings.count_board_url)
    return SqliteCountBoard(file)


def _lifespan(
    settings: Settings, identity: Identity, journal: Journal, startup: Startup, parts: Mapping[str, Part]
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if not settings.operator_token:
            LOGGER.warning("operator_api_off", extra={"fields": {"reason": "OPERATOR_TOKEN is empty"}})
        if not bound_to_loopback(settings) and not viewer_tokens(settings):
            reason = f"HOST is {settings.host}, and VIEWER_TOKEN and OPERATOR_TOKEN are empty"
            LOGGER.warning("observability_off", extra={"fields": {"reason": reason}})
        async with AsyncExitStack() as stack:
            try:
                if settings.use_reliability_system:
                    stack.push_async_callback(startup.stop)
                    await startup.start()
                else:
                    await start_plainly(parts.values(), stack)
            except StartError as error:
                LOGGER.error("start_failed", extra={"fields": {"reason": str(error)}})
                sys.stderr.write(f"{error}\n")
                raise
            journal.record(Type.INSTANCE_STARTED, identity.instance, "the instance started")
            yield

    return lifespan


def _startup_graph(settings: Settings) -> StartupGraph:
    if not settings.use_reliability_system:
        return StartupGraph(())
    flags = {"FAULT_INJECTION": settings.fault_injection, "LOAD_TESTS_ALLOWED": settings.load_tests_allowed}
    return graph_from(STARTUP_GRAPH, flags=flags)
