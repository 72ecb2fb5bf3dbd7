"""The dashboard's files, where the service shows them itself. On AWS CloudFront does, with the same headers."""

from pathlib import Path
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

INDEX = "index.html"

HEADERS = MappingProxyType(
    {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }
)
"""As at the edge, but for what is said of TLS, which the service does not speak itself."""

CONTENT_TYPES = MappingProxyType(
    {
        ".html": "text/html; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".svg": "image/svg+xml",
        ".txt": "text/plain; charset=utf-8",
    }
)
"""What the system's own table says differs from one machine to the next."""


def dashboard_routes(folder: Path) -> list[Route]:
    """The page at `/`, and below `/assets/` what it consists of: what lies in the folder, and nothing else."""
    files = StaticFiles(directory=folder)

    async def answer(name: str, request: Request) -> Response:
        response = await files.get_response(name, request.scope)
        response.headers.update(HEADERS)
        if "content-type" in response.headers:
            response.headers["content-type"] = CONTENT_TYPES.get(Path(name).suffix, "application/octet-stream")
        return response

    async def page(request: Request) -> Response:
        return await answer(INDEX, request)

    async def asset(request: Request) -> Response:
        return await answer(f"assets/{request.path_params['name']}", request)

    # Not in the document of the API: files of the program that reads it.
    return [
        Route("/", page, include_in_schema=False),
        Route("/assets/{name:path}", asset, include_in_schema=False),
    ]
