"""The composition root: the one file that knows every part."""

import os
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
from service.assembly.levers import Admission, Levers
from service.assembly.migrations import migrations_part
from service.assembly.names import (
    CONTROL_STORE,
    HEALTH_GATES,
    MIGRATIONS,
)
from service.assembly.operators import Operators
from service.assembly.showing import Showing
from service.assembly.signals import Signals
from service.assembly.stores import stores
from service.assembly.watching import Watching
from service.dependencies.guards import Guards
from service.dependencies.openai_embeddings import OpenAIEmbeddings
from service.dependencies.startup import Part, StartError, Startup, graph_from, start_plainly
from service.reliability.startup_graph import StartupGraph
from service.settings.configurations import (
    guards_config,
    origin_secrets,
    provider_config,
    pump_config,
    shown_to_anybody,
)
from service.settings.settings import Settings
from service.web.access import Access
from service.web.bearer import Bearer
from service.web.breaker_journal import BreakerJournal
from service.web.dashboard import dashboard_routes
from service.web.gate_journal import GateJournal
from service.web.health import HealthRoutes
from service.web.identity import Identity, identity_routes
from service.web.journal import Journal, Type
from service.web.listener import Listener
from service.web.load_shedding import LoadShedding
from service.web.log import LOGGER
from service.web.openapi import openapi_routes
from service.web.origin_secret import OriginSecret
from service.web.problems import EXCEPTION_HANDLERS
from service.web.request_id import RequestId
from service.web.viewers import only_for_viewers

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
    access = Access(
        operators=settings.operator_tokens, viewers=settings.viewer_tokens, instance=identity.instance, journal=journal
    )
    guards = Guards(guards_config(settings), instance=identity.instance, on_transition=BreakerJournal(journal))
    provider = OpenAIEmbeddings(provider_config(settings), instance=identity.instance, http_client=provider_client)
    pump = pump_config(settings, instance=identity.instance)
    kept = stores(settings)
    fleet = Fleet(settings, identity, journal, kept.fleet)
    holding = Holding(fleet.operations, fleet.copy, reliability=reliability)
    dependencies = Dependencies(settings, guards, provider, kept, pump, listener, holding)
    levers = Levers(settings, identity, fleet, fallbacks=dependencies.fallbacks)
    allowed = levers.allow_calls_outside
    parts = {MIGRATIONS: migrations_part(settings)} | dependencies.parts(settings, allowed=allowed)
    gate_journal = GateJournal(journal, identity.instance)
    rounds = dependencies.health_rounds(settings, gate_journal, count_board=fleet.check_count_board, allowed=allowed)
    if reliability:
        parts[CONTROL_STORE] = Part(start=levers.start, stop=levers.stop)
        parts[HEALTH_GATES] = Part(start=rounds.start, stop=rounds.stop)
    startup = Startup(_startup_graph(settings), parts)

    watching = Watching(settings, identity, journal, listener, guards, dependencies, kept)
    showing = Showing(identity, journal, guards, dependencies, rounds, watching, fleet)
    operators = Operators(guards, fleet, levers, showing.breakers, journal, reliability=reliability)
    health = HealthRoutes(startup, showing.breakers, showing.gates, fleet.copy if reliability else None)
    admission = Admission()
    if reliability:
        admission = levers.admission(Middleware(LoadShedding, rounds=rounds), fleet.shaping(access))
    workload = dependencies.workload(settings, admission, internal=Middleware(Bearer, token=pump.token))
    routes = [
        *workload,
        *identity_routes(identity),
        *health.routes(),
        *showing.routes(),
        *fleet.routes.observability_routes(),
        *openapi_routes(),
    ]
    if settings.dashboard_folder is not None:
        routes += dashboard_routes(settings.dashboard_folder)
    if settings.operator_tokens:
        routes += operators.routes(access, dependencies)
    middleware = [Middleware(RequestId, instance=identity.instance)]
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
        routes += [
            *signals.routes(health),
            *levers.routes.observability_routes(),
            *levers.flag_routes.observability_routes(),
        ]
        middleware.append(signals.counting(routes))
    if expected := origin_secrets(settings):
        middleware.append(Middleware(OriginSecret, secrets=expected))
    if not shown_to_anybody(settings):
        routes = only_for_viewers(routes, access)

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
        if not settings.operator_tokens:
            LOGGER.warning("operator_api_off", extra={"fields": {"reason": "OPERATOR_TOKEN is empty"}})
        if not (settings.bound_to_loopback or settings.viewer_tokens or settings.operator_tokens):
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
