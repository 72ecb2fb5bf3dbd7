"""The system's keyring, where a person keeps tokens."""

import keyring
from keyring.errors import KeyringError

from ops.errors import OperationError
from ops.exit_codes import Exit

SERVICE = "ballast"


def kept(user: str) -> str:
    """The token that is kept for a user; empty when there is none, or no keyring that opens."""
    try:
        return keyring.get_password(SERVICE, user) or ""
    except KeyringError:  # there is none on this machine, or nobody unlocked it
        return ""


def keep(user: str, token: str, *, otherwise: str) -> None:
    """Keep a token. Raises OperationError, which says what to do `otherwise`."""
    try:
        keyring.set_password(SERVICE, user, token)
    except KeyringError as error:
        why = str(error).partition("\n")[0].rstrip(".") or type(error).__name__
        raise OperationError(f"The keyring did not take the token ({why}); {otherwise}.", Exit.REFUSED) from error
