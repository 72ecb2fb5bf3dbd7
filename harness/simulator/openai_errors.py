"""Errors in the form in which OpenAI sends them."""

from http import HTTPStatus

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response


class ProviderError(Exception):
    """An answer that is an error; `headers` go with it."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        param: str | None = None,
        code: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = msgspec.json.encode({"error": {"message": message, "type": kind, "param": param, "code": code}})


def wrong_key() -> ProviderError:
    """The error for a caller whose key is not good; it does not say which key was given."""
    return ProviderError(401, "Incorrect API key provided.", code="invalid_api_key")


def simulated(status: int) -> ProviderError:
    """The error that a fault asks for."""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return ProviderError(
            status, "Rate limit reached (simulated fault).", kind="requests", code="rate_limit_exceeded"
        )
    kind = "server_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_request_error"
    return ProviderError(status, "The server had an error processing your request (simulated fault).", kind=kind)


async def unrouted(request: Request, error: Exception) -> Response:
    """Answer for a path or method that OpenAI does not have."""
    status, headers = (error.status_code, error.headers) if isinstance(error, HTTPException) else (500, None)
    problem = ProviderError(status, f"Invalid URL ({request.method} {request.url.path})")
    return Response(problem.body, status, headers, "application/json")
