"""The tokens that open a service: from the environment, else from the system's keyring. Never shown."""

import re
from collections.abc import Mapping

import keyring
from keyring.errors import KeyringError

from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.target.context import Context

OPERATOR_VARIABLE, VIEWER_VARIABLE = "BALLAST_OPERATOR_TOKEN", "BALLAST_VIEWER_TOKEN"
SERVICE = "ballast"
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

    def whence(self) -> str:
        """Where the operator's was found, in words."""
        if self._operator:
            return OPERATOR_VARIABLE
        return f"the keyring ({SERVICE}, {entry(self._context)})" if self._from_keyring() else "nowhere"

    def _from_keyring(self) -> str:
        if self._kept is None:
            try:
                self._kept = keyring.get_password(SERVICE, entry(self._context)) or ""
            except KeyringError:  # there is none on this machine, or nobody unlocked it
                self._kept = ""
        return self._kept


def entry(context: Context) -> str:
    """The user under which the keyring has a context's token."""
    return f"{context.name}/operator"


def store(context: Context, token: str) -> None:
    """Put an operator's token into the keyring. Raises OperationError."""
    _checked(token, "What was typed")
    try:
        keyring.set_password(SERVICE, entry(context), token)
    except KeyringError as error:
        why = str(error).partition("\n")[0].rstrip(".") or type(error).__name__
        sentence = f"The keyring did not take the token ({why}); put it into {OPERATOR_VARIABLE} instead."
        raise OperationError(sentence, Exit.REFUSED) from error


def _given(environment: Mapping[str, str], name: str) -> str:
    given = environment.get(name, "")
    return _checked(given, name) if given else ""


def _checked(token: str, what: str) -> str:
    if not _is_token(token):
        sentence = f"{what} is no token: it is empty, or has spaces, line breaks or other than ASCII characters in it."
        raise OperationError(sentence, Exit.USAGE)
    return token
