import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.reliability.latency_histogram import LatencyHistogram
from tests.unit.reliability.seeded import seeded

durations = st.lists(st.floats(1e-5, 1e3), min_size=1, max_size=200)
quantiles = st.floats(0, 1, allow_nan=False)


def histogram_of(seconds: list[float]) -> LatencyHistogram:
    histogram = LatencyHistogram()
    for duration in seconds:
        histogram.record(duration)
    return histogram


@given(seconds=durations, q=st.sampled_from([0.0, 0.25, 0.5, 0.9, 0.95, 0.99, 1.0]))
def test_a_quantile_is_within_one_percent_of_the_sample_of_that_rank(seconds: list[float], q: float) -> None:
    exact = sorted(seconds)[max(0, math.ceil(q * len(seconds) - 1e-6) - 1)]
    assert histogram_of(seconds).quantile(q) == pytest.approx(exact, rel=0.01)


def test_the_p99_of_real_looking_latencies_is_within_one_percent() -> None:
    rng = seeded(3)
    seconds = [rng.lognormvariate(math.log(0.02), 0.5) for _ in range(20_000)]
    assert histogram_of(seconds).quantile(0.99) == pytest.approx(sorted(seconds)[19_799], rel=0.01)


@given(parts=st.lists(durations, max_size=5), seed=st.integers(0, 99))
def test_a_merge_is_what_one_would_have_counted_in_any_order(parts: list[list[float]], seed: int) -> None:
    histograms = [histogram_of(part) for part in parts]
    seeded(seed).shuffle(histograms)
    together = histogram_of([duration for part in parts for duration in part])
    assert LatencyHistogram.merged(histograms) == together
    assert together.count == sum(map(len, parts))


@given(before=durations, after=durations)
def test_what_was_recorded_since_a_copy_is_the_difference(before: list[float], after: list[float]) -> None:
    histogram = histogram_of(before)
    copy = LatencyHistogram(histogram.counts)
    for duration in after:
        histogram.record(duration)
    assert histogram.since(copy) == histogram_of(after)


@given(seconds=durations)
def test_the_total_is_within_one_percent(seconds: list[float]) -> None:
    assert histogram_of(seconds).total_seconds == pytest.approx(sum(seconds), rel=0.01)


def test_without_durations_there_is_no_quantile() -> None:
    assert LatencyHistogram().quantile(0.5) is None


@pytest.mark.parametrize(("seconds", "shown"), [(0.0, 0.0), (-1.0, 0.0), (9e-6, 0.0), (1e9, 1e3), (math.inf, 1e3)])
def test_what_lies_outside_the_range_counts_at_its_ends(seconds: float, shown: float) -> None:
    assert histogram_of([seconds]).quantile(0.5) == pytest.approx(shown, rel=0.02)


def test_the_rank_of_a_quantile_survives_rounding() -> None:
    histogram = histogram_of([1.0] * 7 + [2.0] * 93)
    assert histogram.quantile(0.07) == pytest.approx(1.0, rel=0.01)


def test_counts_up_to_bounds_grow_to_the_whole() -> None:
    histogram = histogram_of([0.001, 0.01, 0.01, 0.1, 1.0])
    assert histogram.counts_up_to([-1.0, 0.0005, 0.005, 0.05, 0.5, math.inf]) == [0, 0, 1, 3, 4, 5]


def test_histograms_differ_from_other_things_and_other_counts() -> None:
    assert histogram_of([1.0]) != histogram_of([2.0])
    assert histogram_of([1.0]) != [1.0]
