"""Provider and control API behind one port, for a platform that routes to one alone and asks it whether it lives."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

CONTROL = "/control"


def one_port_app(*, provider: ASGIApp, control: ASGIApp) -> Starlette:
    """`/v1/…` is the provider, `/control/…` the control API; `/health/live` is open to everyone and tells nothing."""
    return Starlette(
        routes=[Route("/health/live", _live), Mount(CONTROL, control), Mount("/", provider)],
    )


async def _live(_: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})
