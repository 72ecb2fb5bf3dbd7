import math
import random

import pytest

from harness.criteria.intervals import percentile, percentile_interval, wilson


def test_a_percentile_is_a_value_that_occurred() -> None:
    ordered = [float(value) for value in range(1, 101)]
    assert [percentile(ordered, quantile) for quantile in (0.0, 0.5, 0.99, 1.0)] == [1, 50, 99, 100]
    assert percentile([7.0], 0.99) == 7.0


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (50, 100, 0.4038, 0.5962), (81, 263, 0.2553, 0.3662)],
)
def test_wilson_agrees_with_published_values(part: int, whole: int, low: float, high: float) -> None:
    assert wilson(part, whole) == pytest.approx((low, high), abs=1e-4)


def test_an_interval_holds_its_value() -> None:
    for whole in range(1, 200):
        for part in (0, 1, whole // 2, whole - 1, whole):
            low, high = wilson(part, whole)
            assert 0 <= low <= part / whole <= high <= 1


def test_the_interval_of_a_percentile_covers_the_truth_19_times_of_20() -> None:
    rng = random.Random(1)
    truth = -math.log(1 - 0.9)
    hits = 0
    for _ in range(400):
        low, high = percentile_interval(sorted(rng.expovariate(1) for _ in range(300)), 0.9)
        hits += low <= truth <= high
    assert hits >= 0.93 * 400


def test_a_small_sample_bounds_a_high_percentile_by_its_largest_value() -> None:
    ordered = [float(value) for value in range(100)]
    assert percentile_interval(ordered, 0.99)[1] == 99
