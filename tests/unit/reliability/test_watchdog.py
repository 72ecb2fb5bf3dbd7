from datetime import timedelta

import pytest

from service.reliability.invalid_configuration import InvalidConfigurationError
from service.reliability.watchdog import Watchdog, WatchdogLimits, WatchdogState, full_name
from tests.unit.reliability.manual_clock import ManualClock

OK, WARNING, ALERT = WatchdogState
LIMITS = WatchdogLimits(
    name="queue_depth", unit="messages", subject="indexer", warning_threshold=80, alert_threshold=100,
    recovery_ratio=0.9, hold=timedelta(seconds=30),
)  # fmt: skip


class Watched:
    """A watchdog that is shown one figure after the other."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.watchdog = Watchdog(LIMITS, now=self.clock.now)

    def sees(self, value: float | None, *, after: float = 1.0) -> WatchdogState:
        self.clock.advance(after)
        self.watchdog.observe(value, self.clock.now)
        return self.watchdog.state

    @property
    def reason(self) -> str:
        return self.watchdog.reading(self.clock.now).reason


@pytest.mark.parametrize(
    ("value", "state"), [(0, OK), (79.9, OK), (80, WARNING), (99.9, WARNING), (100, ALERT), (1e9, ALERT), (None, OK)]
)
def test_a_figure_that_reaches_a_threshold_has_crossed_it(value: float | None, state: WatchdogState) -> None:
    assert Watched().sees(value) is state


def test_a_figure_that_grows_is_told_at_once() -> None:
    watched = Watched()
    assert [watched.sees(value) for value in (70, 85, 120)] == [OK, WARNING, ALERT]
    assert watched.reason == "120 messages; the alert threshold is 100"


def test_a_figure_that_hovers_about_a_threshold_changes_nothing() -> None:
    watched = Watched()
    assert [watched.sees(value) for value in (100, 99, 101, 91, 100, 90)] == [ALERT] * 6


def test_a_figure_that_is_clearly_below_the_threshold_leaves_the_state_at_once() -> None:
    watched = Watched()
    assert [watched.sees(value) for value in (100, 89, 73, 71)] == [ALERT, WARNING, WARNING, OK]
    assert watched.reason == "71 messages; below 90% of the warning threshold of 80"


def test_a_figure_may_fall_from_alert_to_ok() -> None:
    watched = Watched()
    assert [watched.sees(value) for value in (100, 3)] == [ALERT, OK]


def test_a_figure_that_stays_just_below_the_threshold_leaves_the_state_in_time() -> None:
    watched = Watched()
    assert watched.sees(100) is ALERT
    assert watched.sees(95) is ALERT
    assert watched.sees(95, after=29) is ALERT
    assert watched.sees(95, after=1) is WARNING
    assert watched.reason == "95 messages; below the alert threshold of 100 for 30 s"


def test_time_below_the_threshold_counts_in_one_piece() -> None:
    watched = Watched()
    assert [watched.sees(value, after=20) for value in (100, 95, 100, 95)] == [ALERT] * 4


def test_time_below_one_threshold_does_not_count_for_the_next() -> None:
    watched = Watched()
    assert watched.sees(100) is ALERT
    assert watched.sees(95) is ALERT
    assert watched.sees(75, after=29) is WARNING
    assert watched.sees(75, after=29) is WARNING
    assert watched.sees(75, after=1) is OK


def test_nobody_need_look_for_a_state_to_be_left_in_time() -> None:
    watched = Watched()
    assert watched.sees(100) is ALERT
    assert watched.sees(95) is ALERT
    assert watched.sees(95, after=3600) is WARNING


def test_where_nothing_is_measured_any_more_the_state_is_left_in_time() -> None:
    watched = Watched()
    assert watched.sees(100) is ALERT
    assert watched.sees(None) is ALERT
    assert watched.sees(None, after=30) is OK
    assert watched.reason == "nothing was measured; below the alert threshold of 100 for 30 s"


def test_a_change_tells_from_where_to_where_and_why() -> None:
    watchdog = Watchdog(LIMITS, now=0)
    assert watchdog.observe(10, 1) is None
    change = watchdog.observe(85, 2)
    assert change is not None
    assert (change.name, change.subject, change.value, change.unit) == ("queue_depth", "indexer", 85, "messages")
    assert (change.from_state, change.to_state) == (OK, WARNING)
    assert change.reason == "85 messages; the warning threshold is 80"
    assert watchdog.observe(86, 3) is None


def test_a_share_is_told_in_percent() -> None:
    limits = WatchdogLimits(name="memory", unit="ratio", warning_threshold=0.8, alert_threshold=0.9)
    change = Watchdog(limits, now=0).observe(0.912345, 1)
    assert change is not None
    assert (change.reason, change.value) == ("91.23%; the alert threshold is 90%", 0.912345)


def test_a_reading_shows_the_figure_beside_its_thresholds_and_looking_changes_nothing() -> None:
    watchdog = Watchdog(LIMITS, now=0)
    watchdog.observe(85, 10)
    reading, later = watchdog.reading(15), watchdog.reading(1e6)
    assert (reading.name, reading.subject, reading.unit, reading.value) == ("queue_depth", "indexer", "messages", 85)
    assert (reading.warning_threshold, reading.alert_threshold) == (80, 100)
    assert (reading.state, reading.seconds_in_state) == (WARNING, 5)
    assert later.state is WARNING
    assert (reading.full_name, full_name("memory", "")) == ("queue_depth:indexer", "memory")


def test_before_the_first_figure_nothing_is_known_and_nothing_is_wrong() -> None:
    reading = Watchdog(LIMITS, now=10).reading(15)
    assert (reading.value, reading.state, reading.seconds_in_state, reading.reason) == (None, OK, 5, "")


def test_both_thresholds_may_be_one_and_a_state_may_be_left_just_below_it_at_once() -> None:
    limits = WatchdogLimits(
        name="n", unit="u", warning_threshold=9, alert_threshold=9, recovery_ratio=1, hold=timedelta(0)
    )
    watchdog = Watchdog(limits, now=0)
    changes = [watchdog.observe(value, now) for now, value in enumerate((9, 8.9))]
    assert [change and change.to_state for change in changes] == [ALERT, OK]


def test_a_state_that_no_figure_could_leave_is_refused() -> None:
    with pytest.raises(InvalidConfigurationError, match="recovery_ratio is 0; expected"):
        WatchdogLimits(name="n", unit="u", warning_threshold=8, alert_threshold=9, recovery_ratio=0)


def test_all_problems_are_named_at_once() -> None:
    with pytest.raises(InvalidConfigurationError) as error:
        WatchdogLimits(
            name="queue_depth", unit="messages", warning_threshold=0, alert_threshold=-1,
            recovery_ratio=1.5, hold=timedelta(seconds=-1),
        )  # fmt: skip
    assert error.value.problems == (
        "warning_threshold is 0; expected more than 0",
        "alert_threshold is -1; expected at least 0, the warning's",
        "recovery_ratio is 1.5; expected a ratio in (0, 1]",
        "hold is -1 day, 23:59:59; expected at least 0 seconds",
    )
    assert "'queue_depth'" in str(error.value)
