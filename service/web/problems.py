"""Every error a caller can meet, as `application/problem+json` (RFC 9457), in one table."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ExceptionHandler, Receive, Scope, Send

from service.dependencies.errors import (
    CallError,
    CallFailedError,
    CallRejectedError,
    DeadlineExceededError,
    RefusedError,
)
from service.store.errors import StoreError
from service.web.log import LOGGER
from service.web.request_id import ids_in, request_id_in

MEDIA_TYPE = "application/problem+json"

_ANSWERED = "ballast.problem"  # in the scope of a request


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its slug (the member `type`), title and status."""

    slug: str
    title: str
    status: int


MALFORMED = Kind("invalid_request", "The request is not well formed", 400)
INVALID = Kind("invalid_request", "The request does not have the expected shape", 422)
UNAUTHORIZED = Kind("unauthorized", "A valid bearer token is needed", 401)
FORBIDDEN = Kind("forbidden", "This token is not good for this", 403)
NOT_THROUGH_THE_EDGE = Kind("not_through_the_edge", "Requests are taken through the edge alone", 403)
NOT_FOUND = Kind("not_found", "There is nothing here", 404)
METHOD_NOT_ALLOWED = Kind("method_not_allowed", "This method is not allowed here", 405)
CONFLICT = Kind("conflict", "This cannot be done as things stand", 409)
CONTRADICTORY = Kind("contradictory_request", "The request's members contradict one another", 422)
UNKNOWN_CURSOR = Kind("unknown_cursor", "This is not the cursor of a page here", 422)
BODY_TOO_LARGE = Kind("body_too_large", "The request's body is too large", 413)
UNSUPPORTED_MEDIA_TYPE = Kind("unsupported_media_type", "The request's body must be application/json", 415)
PROVIDER_REFUSED = Kind("provider_refused", "The provider refused the request", 422)
IDEMPOTENCY_KEY_REUSED = Kind("idempotency_key_reused", "The Idempotency-Key was used for another event", 422)
TOO_MANY_WRONG_TOKENS = Kind("too_many_wrong_tokens", "Too many wrong tokens were given", 429)
HEAD_TOO_LARGE = Kind("head_too_large", "The request's line and headers are too large", 431)
INTERNAL = Kind("internal_error", "The service made a mistake", 500)
DEPENDENCY_FAILED = Kind("dependency_failed", "A dependency failed", 502)
CIRCUIT_OPEN = Kind("circuit_open", "A dependency is out and is left alone for now", 503)
NOT_READY = Kind("not_ready", "This instance does not take requests for now", 503)
WRITE_DRAIN = Kind("write_drain", "Writes are refused for now; reads are served", 503)
SAFE_MODE = Kind("safe_mode", "Nothing outside is called for now", 503)
QUARANTINED = Kind("quarantined", "The agent's messages are held for now", 503)
COUNT_BOARD_AWAY = Kind("count_board_away", "The counts of the other instances cannot be read", 503)
CONTROL_STORE_AWAY = Kind("control_store_away", "The control store did not do it; nothing was changed", 503)
EVENT_QUEUE_AWAY = Kind("event_queue_away", "The event queue did not say that it did it", 503)
SHUTTING_DOWN = Kind("shutting_down", "This instance is shutting down", 503)
DEADLINE_EXCEEDED = Kind("deadline_exceeded", "A dependency did not answer in time", 504)

_BY_STATUS = {kind.status: kind for kind in (NOT_FOUND, METHOD_NOT_ALLOWED)}


class ProblemError(Exception):
    """A problem that a handler reports to its caller; `detail` is for the caller and holds nothing secret."""

    def __init__(self, kind: Kind, detail: str, *, retry_after: float | None = None, current: object = None) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.retry_after = retry_after  # seconds
        self.current = current  # of a conflict: what stands there


class Problem(msgspec.Struct, omit_defaults=True):
    """The body of an error."""

    type: Annotated[str, msgspec.Meta(description="The kind of problem, by which clients tell it.")]
    title: Annotated[str, msgspec.Meta(description="The kind of problem in words.")]
    status: int
    detail: Annotated[str, msgspec.Meta(description="What is wrong this time.")]
    request_id: str
    retry_after: Annotated[float | None, msgspec.Meta(description="Seconds after which a try makes sense.")] = None
    attempts: Annotated[int | None, msgspec.Meta(description="Attempts that were made on the dependency.")] = None
    current: Annotated[Any, msgspec.Meta(description="Of a conflict: what stands there.")] = None


def problem_response(
    kind: Kind,
    detail: str,
    request_id: str,
    *,
    retry_after: float | None = None,
    attempts: int | None = None,
    current: object = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """One problem as a response."""
    body = Problem(kind.slug, kind.title, kind.status, detail, request_id, retry_after, attempts, current)
    extra = dict(headers or {})
    if retry_after is not None:
        extra["Retry-After"] = str(max(1, math.ceil(retry_after)))
    return Response(msgspec.json.encode(body), kind.status, extra, MEDIA_TYPE)


async def answer_problem(
    scope: Scope, receive: Receive, send: Send, kind: Kind, detail: str, *, retry_after: float | None = None
) -> None:
    """Answer a request with a problem, where no exception can be raised."""
    scope[_ANSWERED] = kind.slug
    await problem_response(kind, detail, request_id_in(scope), retry_after=retry_after)(scope, receive, send)


def problem_in(scope: Scope) -> str:
    """The kind of problem that a request was answered; "" when it was none, or an answer that is no problem's."""
    return str(scope.get(_ANSWERED, ""))


async def _answer(request: Request, error: Exception) -> Response:
    kind, request_id = _kind(error), request_id_in(request.scope)
    request.scope[_ANSWERED] = kind.slug
    match error:
        case ProblemError():
            headers = {"WWW-Authenticate": "Bearer"} if kind is UNAUTHORIZED else None
            return problem_response(
                kind, error.detail, request_id, retry_after=error.retry_after, current=error.current, headers=headers
            )
        case HTTPException():
            return problem_response(
                kind, f"{request.method} {request.url.path}", request_id, headers=_truly_allowed(request, error)
            )
        case RefusedError():
            return problem_response(kind, str(error), request_id)
        case CallError():
            return _call_problem(kind, error, request_id)
    LOGGER.error("internal_error", exc_info=error, extra={"fields": {"request_id": request_id}})
    response = problem_response(kind, "see the log of this request id", request_id)
    response.raw_headers.extend(ids_in(request.scope))  # answered outside of the middleware that adds them
    return response


def _kind(error: Exception) -> Kind:
    match error:
        case ProblemError():
            return error.kind
        case HTTPException():
            return _BY_STATUS.get(error.status_code) or Kind("invalid_request", error.detail, error.status_code)
        case RefusedError():
            return PROVIDER_REFUSED
        case CallError():
            return _BY_CALL_ERROR[type(error)]
    return INTERNAL


def _call_problem(kind: Kind, error: CallError, request_id: str) -> Response:
    detail = f"{error.dependency}: {error}"
    if kind is not CIRCUIT_OPEN:  # of which the breaker's own line tells once, and not with each rejection
        fields = {"request_id": request_id, "dependency": error.dependency, "attempts": error.attempts}
        LOGGER.warning(kind.slug, extra={"fields": {**fields, "reason": detail}})
    if any(isinstance(cause, StoreError) for cause in _causes(error)):  # whose text speaks of tables and paths
        detail = f"{error.dependency}: its file could not do this now"
    return problem_response(kind, detail, request_id, retry_after=error.retry_after, attempts=error.attempts)


def _causes(error: BaseException) -> Iterator[BaseException]:
    while error.__cause__ is not None:
        error = error.__cause__
        yield error


def _truly_allowed(request: Request, error: HTTPException) -> Mapping[str, str] | None:
    if error.status_code != METHOD_NOT_ALLOWED.status:
        return error.headers
    # Starlette names the methods of the first route at this path; the path may have several. What `/{name}` allows is
    # not allowed at a `/place` of its own.
    there = [route for route in request.app.routes if route.matches(request.scope)[0] is Match.PARTIAL]
    own = [route for route in there if route.path == there[0].path]
    return {"Allow": ", ".join(sorted({method for route in own for method in route.methods}))}


_BY_CALL_ERROR = {
    CallRejectedError: CIRCUIT_OPEN,
    DeadlineExceededError: DEADLINE_EXCEEDED,
    CallFailedError: DEPENDENCY_FAILED,
}

OF_CALLS = tuple(_BY_CALL_ERROR.values())
"""What a route answers whose handler calls a dependency."""

EXCEPTION_HANDLERS: Mapping[type[Exception], ExceptionHandler] = dict.fromkeys(
    (ProblemError, HTTPException, RefusedError, CallError, Exception), _answer
)
