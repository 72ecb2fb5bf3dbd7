"""What a criterion is, and what it says about a run."""

from enum import StrEnum
from typing import Protocol

import msgspec

from harness.record import RunRecord


class Verdict(StrEnum):
    """What a criterion found."""

    PASS = "pass"  # noqa: S105 — a verdict, not a password
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"  # too little was observed to say
    NOT_ASKED = "not_asked"  # the run lacked what the question needs


class Bound(StrEnum):
    """On which side of its limit a value must lie."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion's answer, with what it rests on."""

    verdict: Verdict
    sentence: str
    value: float | None
    interval: tuple[float, float] | None = None  # of 95 %, where the value is an estimate
    limit: float
    bound: Bound
    unit: str  # s | ms | ratio, or what is counted
    used: float | None = (
        None  # value as a share of what the limit allows, for ratios of the error budget; 1 is the limit
    )
    evidence: list[str] = []


class Criterion(Protocol):
    """A question about a run, with the limit of a good answer."""

    @property
    def name(self) -> str:
        """Names it; unique within a scenario."""

    @property
    def phases(self) -> tuple[str, ...]:
        """The phases that it asks about."""

    def assess(self, record: RunRecord) -> Finding:
        """Answer it from what was observed; pure."""
