"""What is decided about a rollout, and the figures that a decision rests on."""

from dataclasses import dataclass
from enum import StrEnum

from service.reliability.slo import Slo

LEAST = -700.0
"""Natural logarithm of what counts as no evidence at all; less would be no number in JSON."""


class Action(StrEnum):
    """What a decision does to a rollout."""

    NONE = "none"
    STEP_UP = "step_up"
    HOLD = "hold"
    RELEASE = "release"  # from holding
    ROLL_BACK = "roll_back"


class Verdict(StrEnum):
    """What the counts say of the canary."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    ERROR = "error"  # they could not be read


@dataclass(frozen=True, kw_only=True)
class SloEvidence:
    """One objective's counts, since the generation began, and their evidence against the canary."""

    slo: Slo
    n: int
    k: int
    stable_n: int
    stable_k: int
    log_evidence: float  # adjusted for what the stable side suffers; natural, at least LEAST
    log_limit: float


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What is to be done and why, with the figures that it rests on."""

    verdict: Verdict
    action: Action
    reason: str
    slo: SloEvidence | None = None  # that decided
    instances: int = 0  # whose counts were summed
