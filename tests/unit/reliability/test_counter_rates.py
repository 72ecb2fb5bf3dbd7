import pytest

from service.reliability.counter_rates import CounterRates, Rates, seconds_to_drain


def rates(*readings: tuple[float, float], window: float = 60.0) -> Rates | None:
    counters = CounterRates(window=window)
    for now, count in readings:
        counters.observe(now, {"died": count})
    return counters.rates()


def rate(*readings: tuple[float, float]) -> float | None:
    found = rates(*readings)
    return None if found is None else found.by_counter["died"]


def test_one_reading_tells_no_rate_and_none_tells_none() -> None:
    assert rates() is None
    assert rates((100, 5)) is None
    assert rates((100, 5), (100.9, 6)) is None


def test_a_rate_is_the_difference_of_two_readings_by_their_time() -> None:
    assert rates((100, 5), (110, 25)) == Rates(over=10, by_counter={"died": 2.0})


def test_the_window_moves_with_the_readings() -> None:
    busy = [(100.0 + second, 10.0 * second) for second in range(61)]
    quiet = [(160.0 + second, 600.0) for second in range(1, 61)]
    assert rate(*busy) == 10
    assert rate(*busy, *quiet) == 0


def test_readings_as_often_as_one_likes_keep_no_more_than_a_few() -> None:
    counters = CounterRates(window=60)
    for reading in range(100_000):
        counters.observe(reading / 100, {"died": reading})
    assert len(counters._kept) <= 14
    found = counters.rates()
    assert found is not None
    assert 60 <= found.over <= 65
    assert found.by_counter["died"] == pytest.approx(100)


def test_after_a_gap_the_rate_is_of_the_gap_and_then_soon_of_the_present() -> None:
    gap = [(100.0, 0.0), (3700.0, 3600.0)]
    assert rates(*gap) == Rates(over=3600, by_counter={"died": 1.0})
    assert rates(*gap, (3701.0, 3600.0)) == Rates(over=1, by_counter={"died": 0.0})
    assert rates(*gap, (3705.0, 3600.0)) == Rates(over=5, by_counter={"died": 0.0})


def test_a_gap_is_twice_the_window_or_more() -> None:
    assert rates((100, 0), (210, 110), (220, 110)) == Rates(over=10, by_counter={"died": 0.0})
    assert rates((100, 0), (218, 118), (219, 119)) == Rates(over=119, by_counter={"died": 1.0})


def test_readings_a_twelfth_of_the_window_apart_make_it_as_long_as_it_is() -> None:
    found = rates(*((float(second), 0.0) for second in range(0, 400, 5)))
    assert found is not None
    assert found.over == 60


def test_a_counter_that_begins_anew_makes_the_window_begin_anew() -> None:
    assert rate((100, 500), (110, 600), (120, 3)) is None
    assert rate((100, 500), (110, 600), (120, 3), (130, 13)) == 1


@pytest.mark.parametrize(
    ("waiting", "rate_in", "rate_out", "seconds"),
    [(0, 5, 0, 0.0), (30, 1, 4, 10.0), (30, 4, 4, None), (30, 4, 1, None)],
)
def test_a_queue_drains_by_what_goes_out_beyond_what_comes_in(
    waiting: int, rate_in: float, rate_out: float, seconds: float | None
) -> None:
    assert seconds_to_drain(waiting, rate_in=rate_in, rate_out=rate_out) == seconds
