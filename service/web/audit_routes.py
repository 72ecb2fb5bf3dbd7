"""`GET /api/ops/audit`: who changed what, when and why."""

from typing import Annotated

import msgspec
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.fleet.audit_trail import AuditTrail, InvalidCursorError
from service.store.errors import StoreError
from service.web.json_response import JsonResponse
from service.web.problems import CONTROL_STORE_AWAY, INVALID, ProblemError
from service.web.query import query

KINDS = ("mode", "agent", "flag", "breaker", "fault", "redrive", "rollout")
"""What stands before the slash of a subject."""

SHOWN_CURSOR = 40  # characters of one that is refused


class AuditQuery(msgspec.Struct, frozen=True):
    """Which lines."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50
    before: str | None = None  # the `next` of the page before
    subject: str | None = None


class AuditLineDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A change: of what (`subject`), by whom, when and why, and which version of which document it made."""

    at: float  # Unix seconds
    by: str
    action: str
    subject: str
    reason: str
    document: str
    version: int


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """Changes, newest first; `next` is the `before` of the following page, null on the last.

    A page of one subject may be short or empty and not the last.
    """

    lines: list[AuditLineDocument]
    next: str | None


def audit_routes(trail: AuditTrail, viewer: Middleware) -> list[Route]:
    """For operators and viewers, whom the middleware `viewer` lets pass."""

    async def show(request: Request) -> Response:
        wanted = query(request, AuditQuery)
        if wanted.subject is not None and wanted.subject.partition("/")[0] not in KINDS:
            expected = ", ".join(f"{kind}/…" for kind in KINDS)
            raise ProblemError(INVALID, f"subject is {wanted.subject[:SHOWN_CURSOR]!r}; expected one of {expected}")
        try:
            page = await trail.page(limit=wanted.limit, before=wanted.before, subject=wanted.subject)
        except InvalidCursorError as error:
            shown = (wanted.before or "")[:SHOWN_CURSOR]
            raise ProblemError(
                INVALID, f"before is {shown!r}: {error}; expected the `next` of an earlier answer"
            ) from error
        except StoreError as error:
            raise ProblemError(CONTROL_STORE_AWAY, "the audit cannot be read now") from error
        lines = [msgspec.convert(line, AuditLineDocument, from_attributes=True) for line in page.lines]
        return JsonResponse(Audit(lines=lines, next=page.next))

    return [Route("/api/ops/audit", show, middleware=[viewer])]
