"""`python -m service openapi`: prints the document of the whole API, whatever the environment turns off."""

import sys
from collections.abc import Mapping, Sequence

import msgspec

from service.app import create_app
from service.commands.exit_codes import Exit
from service.settings.settings import Settings
from service.web.openapi import document

SECRETS = ("OPENAI_API_KEY", "OPERATOR_TOKEN", "VIEWER_TOKEN", "INTERNAL_TOKEN", "ORIGIN_SECRET_A")

EVERYTHING = {
    "HOST": "service.example",  # where figures are shown to viewers alone
    "USE_RELIABILITY_SYSTEM": "true",
    "EMBEDDING_CANARY_MODEL": "canary",
    "FAULT_INJECTION": "true",
} | {name: f"{name}_that_nobody_is_asked_for" for name in SECRETS}
"""Settings with which no route is missing."""


def main(arguments: Sequence[str], _: Mapping[str, str]) -> int:
    """Print it; the exit code."""
    if arguments:
        sys.stderr.write(f"python -m service openapi takes no arguments; got {' '.join(arguments)}\n")
        return Exit.USAGE
    sys.stdout.write(whole_document())
    return Exit.DONE


def whole_document() -> str:
    """The document as it is kept in `docs/openapi.json`; nothing of the service is opened for it."""
    described = document(create_app(Settings.from_environment(EVERYTHING)))
    return msgspec.json.format(msgspec.json.encode(described), indent=2).decode() + "\n"
