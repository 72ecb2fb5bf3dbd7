"""The file of the service's settings that a context names. A context holds its path; the digest tells of the rest."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from ops.errors import OperationError
from ops.exit_codes import Exit

SETTINGS_FILE = "settingsFile"


def digest(context: Mapping[str, str], folder: Path) -> str | None:
    """That of what the file holds now; None when the context names none. Raises OperationError when it is gone."""
    named = context.get(SETTINGS_FILE)
    if not named:
        return None
    file = folder / named
    try:
        return f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"
    except OSError as error:
        sentence = f"{SETTINGS_FILE} is {named}, which cannot be read: {error.strerror}."
        raise OperationError(sentence, Exit.NOT_FOUND) from None
