"""`GET /api/ops/audit`: who changed what, when and why."""

from typing import Annotated

import msgspec
from starlette.middleware import Middleware
from starlette.requests import Request

from service.fleet.audit_trail import AuditTrail, InvalidCursorError
from service.store.errors import StoreError
from service.web.json_response import JsonResponse
from service.web.operation import Operation
from service.web.problems import CONTROL_STORE_AWAY, UNKNOWN_CURSOR, ProblemError

KINDS = ("mode", "agent", "flag", "breaker", "fault", "redrive", "discard", "rollout")
"""What stands before the slash of a subject."""

SHOWN_CURSOR = 40  # characters of one that is refused


class AuditQuery(msgspec.Struct, frozen=True):
    """Which lines."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50
    before: Annotated[str | None, msgspec.Meta(description="The `next` of the page before.")] = None
    subject: Annotated[
        Annotated[str, msgspec.Meta(pattern=f"^({'|'.join(KINDS)})/")] | None,
        msgspec.Meta(description="Only what was changed of this: `mode/safe_mode`, `agent/ID`, `rollout/NAME`, …"),
    ] = None


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


def audit_routes(trail: AuditTrail, viewer: Middleware) -> list[Operation]:
    """For operators and viewers, whom the middleware `viewer` lets pass."""

    async def show(_: Request, query: AuditQuery) -> JsonResponse[Audit]:
        """List what operators and the service itself have changed, newest first."""
        try:
            page = await trail.page(limit=query.limit, before=query.before, subject=query.subject)
        except InvalidCursorError as error:
            shown = (query.before or "")[:SHOWN_CURSOR]
            raise ProblemError(
                UNKNOWN_CURSOR, f"before is {shown!r}: {error}; expected the `next` of an earlier answer"
            ) from error
        except StoreError as error:
            raise ProblemError(CONTROL_STORE_AWAY, "the audit cannot be read now") from error
        lines = [msgspec.convert(line, AuditLineDocument, from_attributes=True) for line in page.lines]
        return JsonResponse(Audit(lines=lines, next=page.next))

    problems = (UNKNOWN_CURSOR, CONTROL_STORE_AWAY)
    return [Operation("GET", "/api/ops/audit", show, name="list_audit", problems=problems, middleware=[viewer])]
