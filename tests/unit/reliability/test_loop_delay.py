import pytest

from service.reliability.latency_window import LatencyWindow
from service.reliability.loop_delay import LoopDelayMeter

INTERVAL = 0.05


class Loop:
    """An event loop whose timers fire when the test says so."""

    def __init__(self) -> None:
        self.delays = LatencyWindow(0.0, duration=60)
        self.meter = LoopDelayMeter(self.delays, interval=INTERVAL)
        self.timers = 0

    def begins(self, now: float) -> None:
        if self.meter.began(now):
            self._set(now)

    def fires(self, now: float) -> None:
        self.timers -= 1
        if self.meter.fired(now):
            self._set(now)

    def ends(self, now: float) -> None:
        self.meter.ended(now)

    def longest(self) -> float | None:
        return self.delays.total.quantile(1.0)

    def _set(self, now: float) -> None:
        self.timers += 1
        self.meter.armed(now)


def test_a_timer_that_fires_late_while_a_request_is_in_flight_is_a_delay() -> None:
    loop = Loop()
    loop.begins(10.0)
    loop.fires(10.09)
    assert loop.longest() == pytest.approx(0.04, rel=0.01)
    assert loop.timers == 1  # and the next one is set


def test_an_instance_that_slept_is_not_delayed() -> None:
    loop = Loop()
    loop.begins(10.0)
    loop.ends(10.01)  # and the platform takes the CPU away
    loop.fires(3610.0)
    assert loop.delays.total.count == 0
    assert loop.timers == 0  # nothing is measured until somebody comes


def test_the_request_that_wakes_an_instance_counts_from_its_own_beginning() -> None:
    loop = Loop()
    loop.begins(10.0)
    loop.ends(10.01)
    loop.begins(3610.0)
    loop.fires(3610.02)
    assert loop.longest() == pytest.approx(0.02, rel=0.01)


def test_a_request_that_holds_the_loop_up_and_ends_in_the_same_step_is_seen() -> None:
    loop = Loop()
    loop.begins(10.0)
    loop.ends(10.25)
    assert loop.longest() == pytest.approx(0.20, rel=0.01)
    counted = loop.delays.total.count
    loop.begins(10.26)
    loop.fires(10.27)  # the timer of before, whose delay is counted already
    assert loop.delays.total.count == counted
    assert loop.timers == 1


def test_a_request_that_ends_in_time_tells_of_no_delay() -> None:
    loop = Loop()
    loop.begins(10.0)
    loop.ends(10.0 + INTERVAL)
    assert loop.delays.total.count == 0


def test_whoever_comes_after_the_last_timer_has_fired_has_one_set_again() -> None:
    loop = Loop()
    loop.begins(10.0)
    loop.ends(10.01)
    loop.fires(10.05)
    assert loop.timers == 0
    loop.begins(20.0)
    assert loop.timers == 1


def test_a_request_that_ends_before_any_timer_was_set_tells_of_no_delay() -> None:
    loop = Loop()
    loop.meter.began(10.0)
    loop.ends(11.0)
    assert loop.delays.total.count == 0


def test_one_timer_is_enough_for_any_number_of_requests() -> None:
    loop = Loop()
    for number in range(10):
        loop.begins(10.0 + number / 1000)
        loop.ends(10.0005 + number / 1000)
    assert loop.timers == 1


def test_a_delay_stands_for_the_timers_that_could_not_be_set_meanwhile() -> None:
    loop = Loop()
    loop.begins(10.0)
    loop.fires(10.22 + INTERVAL)
    assert loop.delays.total.count == 5  # late by 0.22, 0.17, 0.12, 0.07 and 0.02 s
    assert loop.delays.total.quantile(0.4) == pytest.approx(0.07, rel=0.01)


def test_a_loop_that_stood_still_for_a_day_is_counted_in_no_time() -> None:
    loop = Loop()
    loop.begins(10.0)
    loop.fires(86_410.0)
    assert loop.delays.total.count == 1001


def test_a_timer_that_fires_early_is_not_late() -> None:
    loop = Loop()
    loop.begins(10.0)
    loop.fires(10.049)
    assert loop.longest() == 0
