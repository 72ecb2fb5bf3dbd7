import pytest

from service.reliability.invalid_configuration import InvalidConfigurationError
from service.reliability.watchdog import Watchdog, WatchdogState

QUEUE = Watchdog(name="queue_depth", unit="messages", alert_threshold=100)


@pytest.mark.parametrize(
    ("value", "state"),
    [
        (0, WatchdogState.OK),
        (79.9, WatchdogState.OK),
        (80, WatchdogState.WARNING),
        (99.9, WatchdogState.WARNING),
        (100, WatchdogState.ALERT),
        (1e9, WatchdogState.ALERT),
        (None, WatchdogState.OK),
    ],
)
def test_a_figure_that_reaches_a_threshold_has_crossed_it(value: float | None, state: WatchdogState) -> None:
    assert QUEUE.read(value).state is state


def test_a_reading_shows_the_figure_beside_its_thresholds() -> None:
    reading = QUEUE.read(85)
    assert (reading.name, reading.unit, reading.value) == ("queue_depth", "messages", 85)
    assert (reading.warning_threshold, reading.alert_threshold) == (80, 100)


def test_all_problems_are_named_at_once() -> None:
    with pytest.raises(InvalidConfigurationError) as error:
        Watchdog(name="queue_depth", unit="messages", alert_threshold=0, warning_share=1.5)
    assert error.value.problems == (
        "alert_threshold is 0; expected more than 0",
        "warning_share is 1.5; expected a ratio in (0, 1]",
    )
    assert "'queue_depth'" in str(error.value)
