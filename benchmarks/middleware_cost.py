"""What a metrics middleware adds to a request, in process, without a server or a socket."""

import importlib
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message

from benchmarks.limit import Limit
from benchmarks.markdown import table
from benchmarks.rounds import Repeat, least_nanoseconds
from service.reliability.golden_signals import GoldenSignals
from service.watchdogs.loop_delay import LoopDelay
from service.web.golden_signals import CountRequests, count_each

_LIMIT = 1.15  # of the request without it
_SCOPE = {
    "type": "http",
    "asgi": {"version": "3.0", "spec_version": "2.4"},
    "http_version": "1.1",
    "method": "GET",
    "scheme": "http",
    "path": "/api/documents/42",
    "raw_path": b"/api/documents/42",
    "query_string": b"",
    "root_path": "",
    "headers": [(b"host", b"localhost"), (b"accept", b"application/json")],
    "client": ("127.0.0.1", 50000),
    "server": ("127.0.0.1", 8000),
}


async def middleware_cost() -> tuple[str, list[Limit]]:
    """The table, and what we claim of our row."""
    apps = {"none": _app(), "**Ballast**": _ours()} | {name: make() for name, make in _peers().items()}
    least = await least_nanoseconds({name: _requests(app) for name, app in apps.items()})
    plain = least["none"]
    rows = [
        [name, f"{nanoseconds / 1000:.1f}", f"{(nanoseconds - plain) / 1000:+.1f}", f"{nanoseconds / plain:.2f}"]
        for name, nanoseconds in least.items()
    ]
    limit = Limit(
        what="metrics middleware, request ÷ plain request", value=least["**Ballast**"] / plain, at_most=_LIMIT
    )
    return table(["middleware", "µs a request", "µs added", "÷ none"], rows), [limit]


def _routes() -> list[Route]:
    async def document(request: Request) -> Response:
        return JSONResponse({"id": request.path_params["id"], "title": "a title", "text": "a text"})

    async def other(_: Request) -> Response:
        return JSONResponse({})

    others = [Route(f"/api/other/{number}", other) for number in range(5)]  # a service has more than one route
    return [*others, Route("/api/documents/{id}", document)]


def _app(middleware: Sequence[Middleware] = ()) -> Starlette:
    return Starlette(routes=_routes(), middleware=middleware)


def _ours() -> Starlette:
    routes = _routes()
    signals = GoldenSignals(now=0.0, open_connections=lambda: 0)
    count_each(routes, signals)
    return Starlette(routes=routes, middleware=[Middleware(CountRequests, signals=signals, loop_delay=LoopDelay())])


def _peers() -> dict[str, Callable[[], ASGIApp]]:
    return {
        f"prometheus-fastapi-instrumentator {version('prometheus-fastapi-instrumentator')}": _instrumentator,
        f"starlette_exporter {version('starlette-exporter')}": _starlette_exporter,
        f"starlette-prometheus {version('starlette-prometheus')}": _starlette_prometheus,
        f"OpenTelemetry ASGI {version('opentelemetry-instrumentation-asgi')}, metrics": _opentelemetry,
    }


def _instrumentator() -> ASGIApp:
    app = _app()
    importlib.import_module("prometheus_fastapi_instrumentator").Instrumentator().instrument(app)
    return app


def _starlette_exporter() -> ASGIApp:
    exporter = importlib.import_module("starlette_exporter").PrometheusMiddleware
    return _app([Middleware(exporter, prefix="exporter")])  # its own names are those of starlette-prometheus as well


def _starlette_prometheus() -> ASGIApp:
    return _app([Middleware(importlib.import_module("starlette_prometheus").PrometheusMiddleware)])


def _opentelemetry() -> ASGIApp:
    asgi = importlib.import_module("opentelemetry.instrumentation.asgi")
    metrics = importlib.import_module("opentelemetry.sdk.metrics")
    export = importlib.import_module("opentelemetry.sdk.metrics.export")
    trace = importlib.import_module("opentelemetry.trace")
    provider = metrics.MeterProvider(metric_readers=[export.InMemoryMetricReader()])
    wrapped: Any = asgi.OpenTelemetryMiddleware
    return _app([Middleware(wrapped, meter_provider=provider, tracer_provider=trace.NoOpTracerProvider())])


def _requests(app: ASGIApp) -> Repeat:
    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] != 200:  # noqa: PLR2004 - the one good answer
            raise AssertionError(f"the app answered {message['status']}")

    async def repeat(times: int) -> None:
        for _ in range(times):
            await app(dict(_SCOPE), receive, send)

    return repeat
