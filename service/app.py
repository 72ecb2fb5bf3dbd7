"""The composition root: what is started, what is served, and what a request passes on its way."""

import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path

from httpx2 import AsyncClient
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from service.assembly.instance import Instance
from service.assembly.levers import Admission
from service.assembly.migrations import migrations_part
from service.assembly.names import CONTROL_STORE, HEALTH_GATES, MIGRATIONS
from service.assembly.signals import Signals
from service.dependencies.startup import Part, StartError, Startup, graph_from, start_plainly
from service.reliability.startup_graph import StartupGraph
from service.settings.configurations import origin_secrets, shown_to_anybody
from service.settings.settings import Settings
from service.web.bearer import Bearer
from service.web.dashboard import dashboard_routes
from service.web.health import HealthRoutes
from service.web.identity import identity_routes
from service.web.journal import Type
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
    instance = Instance(settings, provider_client=provider_client)
    workload = _workload(settings, instance)
    signals = Signals(
        identity=instance.identity,
        guards=instance.guards,
        dependencies=instance.dependencies,
        watching=instance.watching,
        fleet=instance.fleet,
        workload=workload,
    )
    parts = _parts(settings, instance, signals)
    startup = Startup(_startup_graph(settings), parts)
    routes = [*workload, *_routes(settings, instance, startup, signals)]
    app = Starlette(
        routes=routes if shown_to_anybody(settings) else only_for_viewers(routes, instance.access),
        middleware=list(_middleware(settings, instance, signals, routes)),
        exception_handlers=EXCEPTION_HANDLERS,
        lifespan=_lifespan(settings, instance, startup, parts),
    )
    app.router.redirect_slashes = False  # a caller that posts elsewhere shall learn so, not be sent on
    state = app.state
    state.identity, state.journal, state.listener = instance.identity, instance.journal, instance.listener
    return app


def _workload(settings: Settings, instance: Instance) -> list[Route]:
    """The protected service, and what a request passes on its way to it."""
    admission = Admission()
    if settings.use_reliability_system:
        ready, shaping = Middleware(LoadShedding, rounds=instance.rounds), instance.fleet.shaping(instance.access)
        admission = instance.levers.admission(ready, shaping)
    internal = Middleware(Bearer, token=instance.pump.token)
    return instance.dependencies.workload(settings, admission, internal=internal)


def _parts(settings: Settings, instance: Instance, signals: Signals) -> dict[str, Part]:
    """What is started and stopped, in an order in which it can where there is no startup graph."""
    levers, rounds = instance.levers, instance.rounds
    parts = {
        MIGRATIONS: migrations_part(settings),
        **instance.dependencies.parts(settings, allowed=levers.allow_calls_outside),
    }
    if settings.use_reliability_system:
        parts[CONTROL_STORE] = Part(start=levers.start, stop=levers.stop)
        parts[HEALTH_GATES] = Part(start=rounds.start, stop=rounds.stop)
        parts |= signals.parts() | instance.watching.parts()
    return parts


def _routes(settings: Settings, instance: Instance, startup: Startup, signals: Signals) -> Iterator[Route]:
    """What stands beside the workload: health, what is shown, what operators do."""
    showing, fleet, levers = instance.showing, instance.fleet, instance.levers
    reliability = settings.use_reliability_system
    health = HealthRoutes(startup, showing.breakers, showing.gates, fleet.copy if reliability else None)
    yield from identity_routes(instance.identity)
    yield from health.routes()
    yield from showing.routes()
    yield from fleet.routes.observability_routes()
    yield from openapi_routes()
    if settings.dashboard_folder is not None:
        yield from dashboard_routes(settings.dashboard_folder)
    if settings.operator_tokens:
        yield from instance.operators.routes(instance.access, instance.dependencies)
    if reliability:
        yield from signals.routes(health)
        yield from levers.routes.observability_routes()
        yield from levers.flag_routes.observability_routes()


def _middleware(
    settings: Settings, instance: Instance, signals: Signals, routes: Sequence[Route]
) -> Iterator[Middleware]:
    """What every request passes, the outermost first."""
    yield Middleware(RequestId, instance=instance.identity.instance)
    if settings.use_reliability_system:
        yield signals.counting(routes)
    if expected := origin_secrets(settings):
        yield Middleware(OriginSecret, secrets=expected)


def _lifespan(
    settings: Settings, instance: Instance, startup: Startup, parts: Mapping[str, Part]
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
            instance.journal.record(Type.INSTANCE_STARTED, instance.identity.instance, "the instance started")
            yield

    return lifespan


def _startup_graph(settings: Settings) -> StartupGraph:
    if not settings.use_reliability_system:
        return StartupGraph(())
    flags = {"FAULT_INJECTION": settings.fault_injection, "LOAD_TESTS_ALLOWED": settings.load_tests_allowed}
    flags |= {"EMBEDDED_STORES": not settings.on_aws, "ON_AWS": settings.on_aws, "WEBHOOK": bool(settings.webhook_url)}
    return graph_from(STARTUP_GRAPH, flags=flags)
