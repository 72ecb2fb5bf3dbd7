"""Intervals of estimates whose spread nobody knows: by drawing anew from what was observed."""

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

DRAWS = 400


def bootstrap_interval(observed: Sequence[T], estimate: Callable[[Sequence[T]], float]) -> tuple[float, float]:
    """The middle 95 % of the estimates of as many draws with replacement; the same for the same observations."""
    rng = random.Random(1)
    estimates = sorted(estimate(rng.choices(observed, k=len(observed))) for _ in range(DRAWS))
    return estimates[DRAWS * 25 // 1000], estimates[DRAWS * 975 // 1000 - 1]
