"""Who may do what, by bearer token: viewers look, operators change things and look."""

import hmac
import secrets
import time
from collections.abc import Sequence
from hashlib import blake2b

from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from service.reliability.wrong_tokens import WrongTokens
from service.web.adds import Adds, Role
from service.web.bearer import token_in
from service.web.journal import Journal, Type
from service.web.log import LOGGER
from service.web.problems import FORBIDDEN, TOO_MANY_WRONG_TOKENS, UNAUTHORIZED, ProblemError
from service.web.request_id import request_id_in


class Access:
    """Knows the tokens of each role; each of them is good, so that one can be replaced while it is in use.

    A token is compared with all of them, whatever it begins with and however long it is, in the same time. Wrong ones
    are counted: see `WrongTokens` for what that does and does not.
    """

    def __init__(
        self,
        *,
        operators: Sequence[str],
        viewers: Sequence[str],
        instance: str,
        journal: Journal,
    ) -> None:
        self._key = secrets.token_bytes(32)
        self._roles = [
            *((self._digest(token.encode("ascii")), Role.OPERATOR) for token in operators),
            *((self._digest(token.encode("ascii")), Role.VIEWER) for token in viewers),
        ]
        self._instance = instance
        self._journal = journal
        self._wrong = WrongTokens()
        self.operator = Middleware(OnlyFor, access=self, role=Role.OPERATOR)
        self.viewer = Middleware(OnlyFor, access=self, role=Role.VIEWER)

    @property
    def is_given(self) -> bool:
        """Whether there is any token at all."""
        return bool(self._roles)

    def check(self, scope: Scope, needed: Role) -> None:
        """Return when the request's token is good for what is needed.

        Raises:
            ProblemError: there is none (401), it is wrong (401, or 429 after too many), or a viewer's (403).
        """
        token = token_in(scope)
        if token is None:
            raise ProblemError(UNAUTHORIZED, "the Authorization header does not carry a bearer token")
        given = self._digest(token)
        roles = [role for digest, role in self._roles if hmac.compare_digest(digest, given)]  # no early end
        if not roles:
            self._refuse_wrong(scope)
        if needed is Role.OPERATOR and Role.OPERATOR not in roles:
            raise ProblemError(FORBIDDEN, "this is a viewer's token; expected an operator's")

    def _refuse_wrong(self, scope: Scope) -> None:
        too_many = self._wrong.given(time.monotonic())
        if too_many is None:
            raise ProblemError(UNAUTHORIZED, "the Authorization header does not carry a token that is good here")
        if too_many.begins:
            reason = "many wrong tokens were given; the next are told to wait, right ones are not"
            self._journal.record(Type.WRONG_TOKENS, self._instance, reason)
            fields = {"reason": reason, "request_id": request_id_in(scope)}
            LOGGER.warning(Type.WRONG_TOKENS, extra={"fields": fields})
        raise ProblemError(
            TOO_MANY_WRONG_TOKENS, "this token is wrong, as many before it were", retry_after=too_many.retry_after
        )

    def _digest(self, token: bytes) -> bytes:
        return blake2b(token, key=self._key).digest()


class OnlyFor:
    """The middleware of a route: lets those pass whose token is good for a role."""

    @staticmethod
    def adds(*, role: Role, **_: object) -> Adds:
        """As `Adds`: a viewer's token is wrong nowhere that a viewer's is enough."""
        refusals = (UNAUTHORIZED, TOO_MANY_WRONG_TOKENS)
        if role is Role.OPERATOR:
            return Adds(problems=(*refusals, FORBIDDEN), needs=(Role.OPERATOR,))
        return Adds(problems=refusals, needs=(Role.VIEWER, Role.OPERATOR))

    def __init__(self, app: ASGIApp, *, access: Access, role: Role) -> None:
        self._app = app
        self._access = access
        self._role = role

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an ASGI application."""
        self._access.check(scope, self._role)
        await self._app(scope, receive, send)
