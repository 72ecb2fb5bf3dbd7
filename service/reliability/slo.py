"""What a canary is judged by."""

from enum import StrEnum


class Slo(StrEnum):
    """A kind of bad outcome, of which a canary may have a limited share."""

    ERROR = "error"  # the caller got a 5xx, or the fallback because the variant's dependency failed
    SLOW = "slow"  # it took longer than the objective; an error counts too
    FIRST_ATTEMPT = "first_attempt"  # the first attempt failed, whatever the retries made of it


class Variant(StrEnum):
    """The two handlers of a route under rollout."""

    STABLE = "stable"
    CANARY = "canary"
