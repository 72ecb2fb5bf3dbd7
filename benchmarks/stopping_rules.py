"""Rules that look at a canary after every request and may stop it: ours and those that one would use instead.

A rule is told by its boundary: the fewest bad outcomes among n requests at which it stops, None for never.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from service.reliability.evidence import ROLLBACK_RATIOS, log_evidence

LIMIT = 0.01
ALPHA = 0.001
HORIZON = 100_000

Evidence: TypeAlias = Callable[[int, int], float]
"""The natural logarithm of the evidence of k bad outcomes among n."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A stopping rule; its boundary for each n from 1 to the horizon."""

    name: str
    boundary: NDArray[np.int64]


def mixture(*, alpha: float = ALPHA) -> Rule:
    """Ours, with one start: the mixture of eight likelihood ratios."""
    return _by_evidence("Ballast, one start", lambda n, k: log_evidence(n, k, LIMIT, ROLLBACK_RATIOS), alpha)


def beta_mixture() -> Rule:
    """The Beta(1/2, 1/2) mixture over all rates, heeded above the limit."""

    def evidence(n: int, k: int) -> float:
        if k <= LIMIT * n:
            return -math.inf
        mixed = math.lgamma(k + 0.5) + math.lgamma(n - k + 0.5) - math.lgamma(n + 1) - 2 * math.lgamma(0.5)
        return mixed - k * math.log(LIMIT) - (n - k) * math.log1p(-LIMIT)

    return _by_evidence("Beta(1/2, 1/2) mixture", evidence, ALPHA)


def sprt(times: float = 5.0) -> Rule:
    """Wald's test, tuned for a canary that fails so many times as often as it may."""
    rate = times * LIMIT

    def evidence(n: int, k: int) -> float:
        return k * math.log(rate / LIMIT) + (n - k) * math.log((1 - rate) / (1 - LIMIT))

    return _by_evidence(f"SPRT tuned for {times:g}x", evidence, ALPHA)


def dkw_band() -> Rule:
    """A time-uniform band around the measured share (Howard and Ramdas 2022), as sequential A/B tests use it."""

    def radius(n: int) -> float:
        return 0.85 * math.sqrt((math.log(math.log(math.e * n)) + 0.8 * math.log(1612 / ALPHA)) / n)

    return _by_evidence("sequential DKW band", lambda n, k: 0.0 if k / n - radius(n) > LIMIT else -1.0, 1.0)


def seeds_rule() -> Rule:
    """More than 10 requests and more than 1 % of them bad."""
    return _by_evidence("> 10 requests and > 1 %", lambda n, k: 0.0 if n > 10 and k > LIMIT * n else -1.0, 1.0)  # noqa: PLR2004


def _by_evidence(name: str, evidence: Evidence, alpha: float) -> Rule:
    enough = math.log(1 / alpha)
    boundary = np.empty(HORIZON, dtype=np.int64)
    k = 0
    for n in range(1, HORIZON + 1):
        # More requests take more bad ones, or as many but for a rule that waits; fewer are looked at once more.
        k = max(0, k - 1)
        while k <= n and evidence(n, k) < enough:
            k += 1
        boundary[n - 1] = k
    return Rule(name=name, boundary=boundary)


def stopped(rule: Rule, rate: float) -> tuple[float, float]:
    """Exactly, by dynamic programming: the chance to stop within the horizon, and the mean requests until then.

    A canary that is never stopped counts with the horizon.
    """
    alive = np.zeros(int(rule.boundary.max()) + 2)
    alive[0] = 1.0
    requests = chance = 0.0
    top = 0  # the highest count that still can be
    for boundary in rule.boundary:
        requests += float(alive[: top + 1].sum())
        top = min(top + 1, len(alive) - 1)
        moved = alive[:top] * rate
        alive[: top + 1] *= 1 - rate
        alive[1 : top + 1] += moved
        if boundary <= top:
            chance += float(alive[boundary : top + 1].sum())
            alive[boundary : top + 1] = 0.0
            top = max(0, int(boundary) - 1)
        if 1 - chance < 1e-12:  # noqa: PLR2004 - rounding
            break
    return chance, requests


def five_in_a_row(rate: float) -> float:
    """Mean requests until five consecutive failures, as Envoy's outlier detection counts them."""
    return float((1 - rate**5) / ((1 - rate) * rate**5)) if rate < 1 else 5.0


def bound(rate: float, *, alpha: float = ALPHA) -> float:
    """Requests that no rule with the same guarantee beats on average: log(1/alpha) over the divergence of the rates."""
    divergence = rate * math.log(rate / LIMIT)
    if rate < 1:
        divergence += (1 - rate) * math.log((1 - rate) / (1 - LIMIT))
    return math.log(1 / alpha) / divergence
