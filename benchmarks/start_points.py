"""How soon a fault is found that begins after a healthy time, with one start and with a start point for each block."""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.stopping_rules import ALPHA, LIMIT
from service.reliability.evidence import ROLLBACK_RATIOS, START_POINTS, Block, plain_log_evidence

HEALTHY_RATE = 0.001
BLOCK = 50
ROLLOUTS = 200
ENOUGH = math.log(3 / ALPHA)
LONGEST = 40_000  # requests after the fault
RESAMPLES = 10_000

_RATIOS = np.array(ROLLBACK_RATIOS)
_LOGS, _COSTS = np.log(_RATIOS), np.log1p((_RATIOS - 1) * LIMIT)


def mean_requests(healthy: int, rate: float, *, seed: int = 1) -> tuple[float, float]:
    """From the fault to the decision, on average over the rollouts: with one start, and with start points."""
    rng = np.random.default_rng(seed)
    found = [_rollout(rng, healthy, rate) for _ in range(ROLLOUTS)]
    one, many = np.array(found).T
    return float(one.mean()), float(many.mean())


def interval_of_the_mean(healthy: int, rate: float, *, rollouts: int, seed: int = 1) -> tuple[float, float]:
    """Where the mean of so many rollouts, with start points, lies in 95 of 100 cases."""
    rng = np.random.default_rng(seed)
    found = np.array([_rollout(rng, healthy, rate)[1] for _ in range(ROLLOUTS)], dtype=float)
    means = rng.choice(found, size=(RESAMPLES, rollouts)).mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def agrees_with_the_service() -> bool:
    """Whether the arrays here say what the service's own function says."""
    rng = np.random.default_rng(7)
    counts = rng.binomial(BLOCK, 0.02, size=300)
    blocks = [(index, Block(BLOCK, int(k))) for index, k in enumerate(counts, start=1)]
    ours = _with_start_points(np.full(300, BLOCK), counts)
    return math.isclose(ours, plain_log_evidence(blocks, limit=LIMIT), rel_tol=1e-9)


def _rollout(rng: np.random.Generator, healthy: int, rate: float) -> tuple[int, int]:
    bad = np.concatenate([rng.random(healthy) < HEALTHY_RATE, rng.random(LONGEST) < rate])
    one = next(_stops(bad, healthy, start_points=False), healthy + LONGEST)
    many = next(_stops(bad, healthy, start_points=True), healthy + LONGEST)
    return one - healthy, many - healthy


def _stops(bad: NDArray[np.bool_], healthy: int, *, start_points: bool) -> Iterator[int]:
    """The requests after which there is enough evidence; only a bad outcome raises it, so only those are looked at."""
    for last in np.flatnonzero(bad):
        n = int(last) + 1
        if n <= healthy:
            continue
        if start_points:
            ends = np.arange(0, n, BLOCK)
            evidence = _with_start_points(np.diff(np.append(ends, n)), np.add.reduceat(bad[:n].astype(np.int64), ends))
        else:
            evidence = float(_mixture(np.array([n]), np.array([int(bad[:n].sum())]))[0])
        if evidence >= ENOUGH:
            yield n


def _with_start_points(n: NDArray[np.int64], k: NDArray[np.int64]) -> float:
    first = max(0, len(n) - START_POINTS)
    index = np.arange(first + 1, len(n) + 1, dtype=float)
    since_n, since_k = np.cumsum(n[first:][::-1])[::-1], np.cumsum(k[first:][::-1])[::-1]
    return float(np.logaddexp.reduce(_mixture(since_n, since_k) - np.log(index * (index + 1))))


def _mixture(n: NDArray[np.int64], k: NDArray[np.int64]) -> NDArray[np.float64]:
    terms = np.outer(k, _LOGS) - np.outer(n, _COSTS)
    mixed: NDArray[np.float64] = np.logaddexp.reduce(terms, axis=1) - math.log(len(_RATIOS))
    return mixed
