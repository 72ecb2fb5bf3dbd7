"""The running service: who it is, and its answers to what is asked of it."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import httpx2

from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.target.answer import Answer
from ops.target.context import Context
from ops.target.errors import MaybeDoneError, TargetDownError
from ops.target.identity import Identity, identity
from ops.target.refusals import OPERATORS, refusal
from ops.target.tokens import OPERATOR_VARIABLE, Tokens

TIMEOUT = httpx2.Timeout(10.0, connect=5.0)
"""Seconds; a change waits for the control store."""

_NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.InvalidURL)

QUICK = httpx2.Timeout(1.0)
"""Seconds, for what a shell asks while somebody types."""


class Target:
    """A context's service. It is asked who it is before it is shown a token."""

    def __init__(self, context: Context, tokens: Tokens, *, operator: str, timeout: httpx2.Timeout = TIMEOUT) -> None:
        self.context = context
        self.tokens = tokens
        self.operator = operator
        self._client = httpx2.Client(base_url=context.url, timeout=timeout, trust_env=not context.loopback)

    @cached_property
    def identity(self) -> Identity:
        """Who answers. Raises OperationError: nobody, or not Ballast."""
        return identity(self.context, self._answer("GET", "/identity"))

    def read(self, path: str, **query: str | float | None) -> Answer:
        """What is shown at `path`. Raises OperationError."""
        wanted = {name: value for name, value in query.items() if value is not None}
        token = self.tokens.operator() if path.startswith(OPERATORS) else self.tokens.viewer()
        return self._done("GET", path, token or self.tokens.viewer(), query=wanted)

    def change(self, method: str, path: str, body: Mapping[str, Any]) -> Answer:
        """What came of a change. Raises MaybeDoneError when nobody can tell, else OperationError."""
        token = self.tokens.operator() or self.tokens.viewer()
        if not token:
            raise OperationError(
                f"A change of {self.context.name} wants the operator's token, and there is none: set "
                f"{OPERATOR_VARIABLE}, or store it once with `ops context login {self.context.name}`.",
                Exit.NOT_ALLOWED,
            )
        return self._done(method, path, token, body=body)

    def close(self) -> None:
        """Keep no connection."""
        self._client.close()

    def _done(
        self,
        method: str,
        path: str,
        token: str,
        *,
        query: Mapping[str, str | float] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        context = self.context
        if token and not (context.tls or context.loopback or context.insecure):
            raise OperationError(
                f"{context.url} is plain http to another machine, where everybody on the way would read the token; "
                f"use https, or write `insecure = true` under [contexts.{context.name}].",
                Exit.REFUSED,
            )
        met = self.identity
        headers = {"X-Operator": self.operator} | ({"Authorization": f"Bearer {token}"} if token else {})
        answer = self._answer(method, path, headers=headers, query=query, body=body)
        if not answer.done:
            raise refusal(context, met, self.tokens, path, answer)
        return answer

    def _answer(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str | float] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        try:
            return Answer.of(self._client.request(method, path, headers=headers, params=query, json=body))
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            if body is None or body.get("dry_run") or isinstance(error, _NOT_SENT):
                raise TargetDownError(self._silence(path, error)) from error
            raise MaybeDoneError(
                f"{self._silence(path, error)} What was asked may be done all the same: "
                f"look with `{self.context.command('audit')}` before you repeat it."
            ) from error

    def _silence(self, path: str, error: Exception) -> str:
        if isinstance(error, httpx2.TimeoutException):
            return f"{self.context.url}{path} did not answer in time."
        reason = (str(error) or type(error).__name__).rstrip(".")
        return f"{self.context.url} does not answer: {reason}."
