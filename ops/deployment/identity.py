"""Who answers at a door, by its own words."""

from dataclasses import dataclass
from http import HTTPStatus

from ops.deployment.door import Answer, Door

TRIES = 30
"""Requests until an instance that was met at one door must be met at the other; each may reach another instance."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What `/identity` said; `status` other than 200, or another service's words, leave the rest empty."""

    status: int
    service: str = ""
    version: str = ""
    environment: str = ""
    boot_id: str = ""


def identity(answer: Answer) -> Identity:
    """What an answer of `/identity` says."""
    said = answer.document()
    names = ("service", "version", "environment", "boot_id")
    return Identity(status=answer.status, **{name: str(said.get(name, "")) for name in names})


def who_answers(door: Door) -> Identity:
    """Who answers now. Raises OperationError."""
    return identity(door.ask("/identity"))


def met_again(door: Door, boot_id: str) -> Identity:
    """The answer at `door` of the boot that was met elsewhere, or the last one when it was not met."""
    met = who_answers(door)
    for _ in range(TRIES):
        if met.boot_id == boot_id or met.status != HTTPStatus.OK:
            break
        met = who_answers(door)
    return met
