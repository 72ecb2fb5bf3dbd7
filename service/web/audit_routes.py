"""`GET /api/ops/audit`: who changed what, when and why."""

from typing import Annotated

import msgspec
from starlette.middleware import Middleware
from starlette.requests import Request

from service.fleet.audit_trail import AuditTrail, InvalidCursorError
from service.store.errors import StoreError
from service.web.json_response import JsonResponse
from service.web.operation import Operation
from service.web.problems import CONTROL_STORE_AWAY, INVALID, UNKNOWN_CURSOR, ProblemError

KINDS = ("mode", "agent", "flag", "breaker", "fault", "redrive", "rollout")
"""What stands before the slash of a subject."""

_SUBJECT = {"pattern": f"^({'|'.join(KINDS)})(/|$)"}

SHOWN_CURSOR = 40  # characters of one that is refused


class AuditQuery(msgspec.Struct, frozen=True):
    """Which lines."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50
    before: Annotated[str | None, msgspec.Meta(description="The `next` of the page before.")] = None
    subject: Annotated[
        str | None,
        msgspec.Meta(description="Of what: `mode/brownout`, say.", extra_json_schema=_SUBJECT),
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
        """List what operators and the fleet have changed, newest first."""
        if query.subject is not None and query.subject.partition("/")[0] not in KINDS:
            expected = ", ".join(f"{kind}/…" for kind in KINDS)
            raise ProblemError(INVALID, f"subject is {query.subject[:SHOWN_CURSOR]!r}; expected one of {expected}")
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

    return [
        Operation(
            "GET",
            "/api/ops/audit",
            show,
            name="list_audit",
            problems=(UNKNOWN_CURSOR, CONTROL_STORE_AWAY),
            middleware=[viewer],
        )
    ]
