"""Sends each caller of a route to one of its two variants, and books how the request ended."""

from collections.abc import Awaitable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.fleet.rollout_tally import Ticket
from service.fleet.rollouts import Rollouts
from service.reliability.slo import Variant
from service.web.access import Access, OnlyFor
from service.web.adds import Adds, Header, Role
from service.web.caller import caller_in
from service.web.problems import FORBIDDEN, INVALID, TOO_MANY_WRONG_TOKENS, UNAUTHORIZED, ProblemError

VARIANT = b"x-variant"
SCOPE_KEY = "ballast.variant"
_FIRST_ERROR_STATUS = 400
_FIRST_SERVER_ERROR_STATUS = 500


class TrafficShaping:
    """The middleware of a route under rollout. An operator may force a variant by header; that counts as nothing."""

    adds = Adds(
        problems=(UNAUTHORIZED, FORBIDDEN, TOO_MANY_WRONG_TOKENS, INVALID),
        may_need=(Role.OPERATOR,),
        takes=(
            Header(
                name="X-Variant",
                meaning="Asks for a variant, for a test. Needs the operator's token.",
                schema={"type": "string", "enum": sorted(Variant)},
            ),
        ),
        gives=(
            Header(
                name="X-Variant",
                meaning="The variant that answers.",
                schema={"type": "string", "enum": sorted(Variant)},
            ),
        ),
    )

    def __init__(self, app: ASGIApp, *, rollouts: Rollouts, access: Access) -> None:
        self._app = app
        self._rollouts = rollouts
        self._forced = OnlyFor(self._answer_forced, access=access, role=Role.OPERATOR)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an ASGI application."""
        if _header(scope, VARIANT) is not None:
            await self._forced(scope, receive, send)
            return
        variant, ticket = await self._rollouts.admit(caller_in(scope))
        scope[SCOPE_KEY] = (variant, ticket)
        if ticket is None:
            await self._app(scope, receive, _naming(variant, send))
        else:
            await self._answer_counted(ticket, scope, receive, send)

    async def _answer_counted(self, ticket: Ticket, scope: Scope, receive: Receive, send: Send) -> None:
        status = 0
        send_named = _naming(ticket.variant, send)

        def send_noting_status(message: Message) -> Awaitable[None]:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            return send_named(message)

        try:
            await self._app(scope, receive, send_noting_status)
        except Exception:
            status = 500  # answered further out
            raise
        finally:
            if status == 0 or ticket.withheld or _FIRST_ERROR_STATUS <= status < _FIRST_SERVER_ERROR_STATUS:
                self._rollouts.withdraw(ticket)
            else:
                self._rollouts.ended(ticket, failed=status >= _FIRST_SERVER_ERROR_STATUS)

    async def _answer_forced(self, scope: Scope, receive: Receive, send: Send) -> None:
        wanted = (_header(scope, VARIANT) or b"").decode("latin-1")
        if wanted not in set(Variant):
            raise ProblemError(INVALID, f"X-Variant is {wanted[:40]!r}; expected one of {', '.join(Variant)}")
        scope[SCOPE_KEY] = (Variant(wanted), None)
        await self._app(scope, receive, _naming(Variant(wanted), send))


def variant_in(scope: Scope) -> tuple[Variant, Ticket | None]:
    """The variant that answers a request, which is stable without a rollout, and its ticket while that is counted."""
    chosen: tuple[Variant, Ticket | None] = scope.get(SCOPE_KEY, (Variant.STABLE, None))
    return chosen


def _naming(variant: Variant, send: Send) -> Send:
    def send_with_variant(message: Message) -> Awaitable[None]:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), (VARIANT, variant.encode("ascii"))]
        return send(message)

    return send_with_variant


def _header(scope: Scope, wanted: bytes) -> bytes | None:
    return next((value for name, value in scope["headers"] if name == wanted), None)
