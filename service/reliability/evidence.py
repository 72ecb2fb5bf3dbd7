"""Evidence against a canary, and for it, that may be looked at after every request (an e-process).

For a rate r times the limit, the likelihood ratio of k bad outcomes among n is a nonnegative supermartingale with mean
at most 1 while the true rate is at most p0, and so is any mixture of such ratios. So the chance that it ever reaches
1/alpha is at most alpha, however often one looks (Ville 1939; Howard, Ramdas et al., "Time-uniform Chernoff bounds",
2020).
"""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

ROLLBACK_RATIOS = (1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 200.0)
STEP_UP_RATIOS = (1 / 1.5, 1 / 2, 1 / 3, 1 / 5, 1 / 10)
START_POINTS = 120
"""The newest blocks that evidence may start at; older ones would only add to it."""

FEWEST_STABLE = 20
"""Requests of the stable side without which a start point cannot tell a shared trouble from the canary's own."""

SHARED = 2.0
"""How many times the stable side's share of bad outcomes a canary may have before they are its own."""


class Block(NamedTuple):
    """What a stretch of time brought: requests admitted, and those of them that ended badly for one SLO."""

    n: int
    k: int
    stable_n: int = 0
    stable_k: int = 0


def log_evidence(n: int, k: int, p0: float, ratios: Sequence[float]) -> float:
    """The natural logarithm of the mixture of likelihood ratios of k among n, against a rate of p0 in (0, 1)."""
    return log_sum_exp([k * math.log(r) - n * math.log1p((r - 1) * p0) for r in ratios]) - math.log(len(ratios))


def step_up_log_evidence(n: int, k: int, *, limit: float) -> float:
    """Evidence that the rate is below the limit, from k bad outcomes among n finished requests."""
    return log_evidence(n, k, limit, STEP_UP_RATIOS)


def plain_log_evidence(blocks: Sequence[tuple[int, Block]], *, limit: float) -> float:
    """As `rollback_log_evidence`, blind for the stable side."""
    alone = [(index, Block(block.n, block.k)) for index, block in blocks]
    return rollback_log_evidence(alone, limit=limit, stable_traffic=False)


def rollback_log_evidence(blocks: Sequence[tuple[int, Block]], *, limit: float, stable_traffic: bool) -> float:
    """Evidence that the canary's rate is above the limit, and above twice the stable side's.

    `blocks` come in the order of their indices, which count from 1. Evidence that remembers a healthy time is slow to
    see what begins after it, so each block is a start point too: with a weight of 1/(i(i + 1)) for the i-th they sum
    to 1 at most, and the guarantee stays. Minus infinity when no start point can tell anything.
    """
    terms = []
    n = k = stable_n = stable_k = 0
    for index, block in reversed(blocks[-START_POINTS:]):
        n, k = n + block.n, k + block.k
        stable_n, stable_k = stable_n + block.stable_n, stable_k + block.stable_k
        if stable_traffic and stable_n < FEWEST_STABLE:
            continue
        p0 = max(limit, SHARED * stable_k / stable_n) if stable_n else limit
        if p0 < 1:
            terms.append(log_evidence(n, k, p0, ROLLBACK_RATIOS) - math.log(index * (index + 1)))
    return log_sum_exp(terms)


def log_sum_exp(terms: Iterable[float]) -> float:
    """The logarithm of the sum of the exponentials; minus infinity for none."""
    terms = list(terms)
    largest = max(terms, default=-math.inf)
    if largest == -math.inf:
        return largest
    return largest + math.log(math.fsum(math.exp(term - largest) for term in terms))
