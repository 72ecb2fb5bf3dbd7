import pytest

from service.reliability.latency_window import LatencyWindow


def test_recent_latency_forgets_what_total_keeps() -> None:
    window = LatencyWindow(0.0, duration=60)
    window.record(2.0, 10.0)
    window.record(0.1, 40.0)
    assert window.recent(59.0).count == 2
    assert window.recent(60.0).quantile(1.0) == pytest.approx(0.1, rel=0.01)
    assert window.recent(95.0).count == 0
    assert window.total.count == 2


def test_a_duration_belongs_to_the_half_that_begins_as_it_ends() -> None:
    window = LatencyWindow(0.0, duration=60)
    window.record(2.0, 30.0)
    assert [window.recent(now).count for now in (60.0, 89.9, 90.0)] == [1, 1, 0]


def test_a_quiet_time_is_forgotten_whole() -> None:
    window = LatencyWindow(0.0, duration=60)
    window.record(2.0, 10.0)
    window.record(0.1, 100_000.0)
    assert window.recent(100_000.0).count == 1


def test_looking_changes_nothing() -> None:
    window = LatencyWindow(0.0, duration=60)
    window.record(2.0, 10.0)
    assert window.recent(1e6).count == 0
    assert window.recent(10.0).count == 1
