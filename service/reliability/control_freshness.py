"""How far a copy of the control documents may be trusted, by its age."""

from enum import Enum, auto

REFRESHED_AFTER = 1.0
"""Seconds; a request that meets an older copy has it read again first, so none is admitted on one older than 2 s."""

ALONE_AFTER = 10.0
"""Seconds without a reading after which an instance must take itself for cut off: a canary it serves may be gone."""


class Freshness(Enum):
    """What a request does about the copy that it meets."""

    SERVE = auto()
    REFRESH_FIRST = auto()
    SERVE_STALE = auto()  # the store does not answer: go on with the last good copy
    STABLE_ONLY = auto()  # and that for too long


def freshness(age: float | None, *, store_answers: bool) -> Freshness:
    """By the seconds since the last good reading began (None: there was none), and how the last reading ended."""
    if age is not None and age <= REFRESHED_AFTER:
        return Freshness.SERVE
    if store_answers:
        return Freshness.REFRESH_FIRST
    return Freshness.SERVE_STALE if age is not None and age <= ALONE_AFTER else Freshness.STABLE_ONLY
