"""Who calls, as far as the service tells callers apart."""

from starlette.types import Scope

from service.web.adds import Header

CALLER = b"x-caller-id"

CALLER_ID = Header(
    name="X-Caller-Id",
    meaning="Who calls: where only a share of the callers gets something, each stays on one side. Without it, the "
    "client's address tells.",
)


def caller_in(scope: Scope) -> str:
    """The header `X-Caller-Id`, else the client's address, else nothing."""
    given = next((value for name, value in scope["headers"] if name == CALLER), b"")
    if given:
        return str(given, "latin-1")
    client = scope.get("client")
    return client[0] if client else ""
