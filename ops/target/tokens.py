"""The tokens that open a service: from the environment, else from the system's keyring. Never shown."""

import re
from collections.abc import Mapping

from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.target.context import Context

OPERATOR_VARIABLE, VIEWER_VARIABLE = "BALLAST_OPERATOR_TOKEN", "BALLAST_VIEWER_TOKEN"
_is_token = re.compile(r"[!-~]+").fullmatch


class Tokens:
    """Those for one context; the keyring is asked once, and only when the environment has none."""

    def __init__(self, context: Context, environment: Mapping[str, str]) -> None:
        """Raises OperationError when the environment's cannot be tokens."""
        self._context = context
        self._operator = _given(environment, OPERATOR_VARIABLE)
        self._viewer = _given(environment, VIEWER_VARIABLE)
        self._kept: str | None = None

    def operator(self) -> str:
        """What changes are made with; empty when there is none."""
        return self._operator or self._from_keyring()

    def viewer(self) -> str:
        """What is looked with; empty when there is none, which does where everybody may look."""
        return self._viewer or self.operator()

    def whence(self, *, looking: bool = False) -> str:
        """Where the one for changes was found, or the one for `looking`, in words."""
        if self._viewer and (looking or not self.operator()):
            return VIEWER_VARIABLE
        if self._operator:
            return OPERATOR_VARIABLE
        return f"the keyring (ballast, {entry(self._context)})" if self._from_keyring() else "nowhere"

    def _from_keyring(self) -> str:
        if self._kept is None:
            from ops.target.system_keyring import kept  # noqa: PLC0415 - its import takes a fifth of a command's time

            self._kept = kept(entry(self._context))
        return self._kept


def entry(context: Context) -> str:
    """The user under which the keyring has a context's token."""
    return f"{context.name}/operator"


def checked(given: str, what: str) -> str:
    """The token; of two, of which one takes the other's place, the first, as callers take everywhere.

    Raises OperationError when it cannot be one, without showing it.
    """
    token = given.partition(",")[0]
    if not _is_token(token):
        sentence = f"{what} is no token: it is empty, or has spaces, line breaks or other than ASCII characters in it."
        raise OperationError(sentence, Exit.USAGE)
    return token


def _given(environment: Mapping[str, str], name: str) -> str:
    given = environment.get(name, "")
    return checked(given, name) if given else ""
