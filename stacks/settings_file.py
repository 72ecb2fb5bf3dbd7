"""A file of the service's own settings, deployed over their defaults: lines NAME=VALUE, and comments after #."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

OWN = frozenset(
    {
        "HOST",
        "PORT",
        "ENVIRONMENT",
        "USE_RELIABILITY_SYSTEM",
        "LOAD_TESTS_ALLOWED",
        "FAULT_INJECTION",
        "OPENAI_BASE_URL",
        "OPENAI_API_KEY",
        "EMBEDDING_CANARY_MODEL",
        "AWS_REGION",
        "DOCUMENTS_TABLE",
        "CONTROL_TABLE",
        "COUNTS_TABLE",
        "IDEMPOTENCY_TABLE",
        "EVENT_QUEUES",
        "DEAD_LETTER_QUEUES",
        "OPERATOR_TOKEN",
        "VIEWER_TOKEN",
        "INTERNAL_TOKEN",
        "ORIGIN_SECRET_A",
        "ORIGIN_SECRET_B",
        "REQUEST_CAPACITY",
        "WEBHOOK_URL",
        "WEBHOOK_SECRET",
    }
)
"""What the stacks give by themselves: places, secrets, and what has a key of its own."""

_setting = re.compile(r"(?P<name>[A-Z][A-Z0-9_]*)=(?P<value>.+)").fullmatch


def settings(file: Path) -> Mapping[str, str]:
    """The settings of a file without problems; their values are the service's to check, when it starts."""
    found = [_setting(line) for _, line in _lines(file.read_text(encoding="utf-8"))]
    return {match["name"]: match["value"] for match in found if match}


def problems(key: str, file: Path) -> Iterator[str]:
    """A sentence for each thing that is wrong with a file, which the key of the context names."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        yield f"{key} is {file}, which cannot be read ({error}); expected a file of lines NAME=VALUE"
        return
    seen: set[str] = set()
    for number, line in _lines(text):
        match = _setting(line)
        if match is None:
            yield f"{key}: line {number} of {file} is no setting; expected NAME=VALUE"
        elif match["name"] in OWN:
            yield f"{key}: line {number} of {file} sets {match['name']}; expected what the stacks do not give"
        elif match["name"] in seen:
            yield f"{key}: line {number} of {file} sets {match['name']} once more; expected each setting once"
        else:
            seen.add(match["name"])


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if (stripped := line.strip()) and not stripped.startswith("#"):
            yield number, stripped
