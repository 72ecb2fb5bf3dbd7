"""Something that an operator should look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Urgency(StrEnum):
    """How soon; the most urgent first."""

    BAD = "bad"  # callers notice
    UNKNOWN = "unknown"  # what it is may be bad
    WARNING = "warning"
    NOTE = "note"  # somebody meant it so


RUNBOOKS = "docs/runbooks"


class Runbook(StrEnum):
    """Where it is written what to do, step by step."""

    PROVIDER_DOWN = f"{RUNBOOKS}/provider-down.md"
    DATABASE_SLOW = f"{RUNBOOKS}/database-slow.md"
    BAD_CANARY = f"{RUNBOOKS}/bad-canary.md"
    POISON_MESSAGES = f"{RUNBOOKS}/poison-messages.md"
    OVERLOAD = f"{RUNBOOKS}/overload.md"


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What is not as it should be; `command` is the words of the next one to type, after `ops`."""

    urgency: Urgency
    sentence: str
    command: Sequence[str] = ()
    runbook: Runbook | None = None


def command_with_reason(*words: str) -> tuple[str, ...]:
    """A change's words with a place for the reason, which nobody can give but the operator."""
    return (*words, "--reason", "WHY")
