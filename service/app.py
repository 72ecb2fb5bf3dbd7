"""The composition root: the one file that knows every part."""

import os
import secrets
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path

from httpx2 import AsyncClient
from starlette.applications import Starlette
from starlette.middleware import Middleware

from service.assembly.dependencies import Dependencies
from service.assembly.fleet import Fleet
from service.assembly.holding import Holding
from service.assembly.migrations import migrations_part
from service.assembly.names import (
    CONTROL_STORE,
    HEALTH_GATES,
    MIGRATIONS,
)
from service.assembly.signals import Signals
from service.assembly.stores import stores
from service.assembly.watching import Watching
from service.dependencies.delivery import PumpConfig
from service.dependencies.guards import Guards
from service.dependencies.openai_embeddings import OpenAIEmbeddings
from service.dependencies.startup import Part, StartError, Startup, graph_from, start_plainly
from service.reliability.startup_graph import StartupGraph
from service.settings.configurations import (
    bound_to_loopback,
    guards_config,
    origin_secrets,
    provider_config,
    shown_to_anybody,
    viewer_tokens,
)
from service.settings.settings import Settings
from service.web.bearer import Bearer
from service.web.breaker_journal import BreakerJournal
from service.web.breaker_routes import BreakerRoutes
from service.web.dashboard import dashboard_routes
from service.web.fault_routes import FaultRoutes
from service.web.gate_journal import GateJournal
from service.web.gate_routes import GateRoutes
from service.web.health import HealthRoutes
from service.web.identity import Identity, identity_routes
from service.web.journal import Journal, Type
from service.web.journal_routes import journal_routes
from service.web.listener import Listener
from service.web.load_shedding import LoadShedding
from service.web.log import LOGGER
from service.web.openapi import openapi_routes
from service.web.origin_secret import OriginSecret
from service.web.problems import EXCEPTION_HANDLERS
from service.web.request_id import RequestId
from service.web.rollout_journal import RolloutJournal
from service.web.viewers import only_for_viewers
from service.web.watchdogs import watchdogs_routes
from service.workload import indexer

STARTUP_GRAPH = Path(__file__).with_name("startup_graph.toml")


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
        agent=indexer.AGENT,
        token=internal_token,
        instance=identity.instance,
        timeout=settings.delivery_timeout,
        visibility=settings.queue_visibility,
    )
    kept = stores(settings)
    fleet = Fleet(settings, identity, RolloutJournal(journal), kept.fleet)
    holding = Holding(fleet.operations, fleet.copy, reliability=reliability)
    dependencies = Dependencies(settings, guards, provider, kept, pump_config, listener, holding)
    parts = {MIGRATIONS: migrations_part(settings)} | dependencies.parts(settings)
    rounds = dependencies.health_rounds(
        settings, GateJournal(journal, identity.instance), count_board=fleet.check_count_board
    )
    gates = GateRoutes(rounds)
    if reliability:
        parts[CONTROL_STORE] = Part(start=fleet.start, stop=fleet.stop)
        parts[HEALTH_GATES] = Part(start=rounds.start, stop=rounds.stop)
    ready = [Middleware(LoadShedding, rounds=rounds)] if reliability else []
    startup = Startup(_startup_graph(settings), parts)

    breakers = BreakerRoutes(guards.breakers)
    health = HealthRoutes(startup, breakers, gates)
    watching = Watching(settings, identity, journal, listener, guards, dependencies, kept)
    workload = dependencies.workload(
        settings, ready, fleet.shaping(settings), internal=Middleware(Bearer, tokens=[internal_token])
    )
    routes = [
        *workload,
        *identity_routes(identity),
        *health.routes(),
        *journal_routes(journal, identity),
        *breakers.observability_routes(),
        *watchdogs_routes(watching.watchdogs),
        *fleet.routes.observability_routes(),
        *gates.routes(),
    ]
    if settings.dashboard_folder is not None:
        routes += dashboard_routes(settings.dashboard_folder)
    if settings.operator_token:
        operator = Middleware(Bearer, tokens=[settings.operator_token])
        routes += breakers.operator_routes(operator) + fleet.routes.operator_routes(operator)
        routes += FaultRoutes(guards.injectors, guards.attempts, journal).operator_routes(operator)
    middleware = [Middleware(RequestId, instance=identity.instance)]
    routes += openapi_routes()
    if reliability:
        signals = Signals(
            identity=identity,
            guards=guards,
            dependencies=dependencies,
            fleet=fleet,
            watching=watching,
            workload=workload,
        )
        parts |= signals.parts() | watching.parts()
        routes += signals.routes(health)
        middleware.append(signals.counting(routes))
    if expected := origin_secrets(settings):
        middleware.append(Middleware(OriginSecret, secrets=expected))
    if not shown_to_anybody(settings):
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
    flags |= {"EMBEDDED_STORES": not settings.on_aws, "ON_AWS": settings.on_aws, "WEBHOOK": bool(settings.webhook_url)}
    return graph_from(STARTUP_GRAPH, flags=flags)
