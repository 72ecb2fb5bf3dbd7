from statistics import quantiles

from harness.simulator.latency import Latency


def series(*, median: float = 0.02, seed: int = 1) -> list[float]:
    latency = Latency(median=median, seed=seed)
    return [latency.of(f"r{number}", 1) for number in range(5000)]


def test_half_are_below_the_median_and_one_in_a_hundred_above_three_times_it() -> None:
    cuts = quantiles(series(), n=100)
    assert 0.0195 < cuts[49] < 0.0205
    assert 0.055 < cuts[98] < 0.065


def test_a_seed_fixes_the_latency_of_each_attempt() -> None:
    assert series(seed=4) == series(seed=4)
    assert series(seed=4) != series(seed=5)


def test_attempts_of_one_request_differ() -> None:
    latency = Latency(median=0.02, seed=1)
    assert latency.of("r", 1) != latency.of("r", 2)


def test_a_median_of_nothing_takes_no_time() -> None:
    assert set(series(median=0)) == {0.0}
