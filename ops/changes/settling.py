"""When a change holds on every instance."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ops.readings.instances import Instances

POLL = 0.25
"""Seconds between two looks."""


@dataclass(frozen=True, kw_only=True)
class Settled:
    """Who has it: those heard of lately, which serve, and the silent, which read before they serve again."""

    have: Sequence[str]
    lacking: Sequence[str]
    silent: Sequence[str]  # and without it


def settled(read: Callable[[], Instances], document: str, version: int, *, seconds: float) -> Settled:
    """Wait until nobody who serves lacks a version, or the seconds are over. Raises OperationError as `read` does."""
    give_up_at = time.monotonic() + seconds
    while True:
        now = _sorted(read(), document, version)
        if not now.lacking or time.monotonic() >= give_up_at:
            return now
        time.sleep(POLL)


def _sorted(told: Instances, document: str, version: int) -> Settled:
    without = [each for each in told.instances if each.behind({document: version})]
    return Settled(
        have=[each.name for each in told.instances if each not in without],
        lacking=[each.name for each in without if not each.silent],
        silent=[each.name for each in without if each.silent],
    )
