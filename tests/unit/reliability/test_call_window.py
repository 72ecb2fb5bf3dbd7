import math

from hypothesis import given
from hypothesis import strategies as st

from service.reliability.call_window import CallWindow, Counts

KINDS = ("successes", "failures")


def count(window: CallWindow, now: float, kind: str) -> None:
    if now >= window.bucket_ends_at:
        window.rotate(now)
    setattr(window, kind, getattr(window, kind) + 1)


@given(
    buckets=st.integers(1, 6),
    calls=st.lists(st.tuples(st.integers(0, 12), st.sampled_from(KINDS)), max_size=60),
    wait=st.integers(0, 40),
)
def test_it_holds_the_calls_of_the_last_buckets(buckets: int, calls: list[tuple[int, str]], wait: int) -> None:
    window = CallWindow(0.0, duration=buckets * 2.0, buckets=buckets)
    seen: list[tuple[int, str]] = []
    now = 0
    for pause, kind in calls:
        now += pause
        count(window, float(now), kind)
        seen.append((now, kind))
    now += wait
    recent = [kind for at, kind in seen if now // 2 - at // 2 < buckets]
    assert window.counts(float(now)) == (recent.count("successes"), recent.count("failures"), 0)


def test_looking_at_it_changes_nothing() -> None:
    window = CallWindow(0.0, duration=10, buckets=5)
    count(window, 1.0, "failures")
    assert window.counts(100.0).calls == 0
    assert window.counts(1.0).calls == 1


def test_of_infinite_duration_it_forgets_nothing_and_never_rotates() -> None:
    window = CallWindow(0.0, duration=math.inf, buckets=10)
    count(window, 1e9, "successes")
    assert window.counts(1e12) == (1, 0, 0)


def test_it_keeps_no_more_than_its_buckets_however_long_it_runs() -> None:
    window = CallWindow(0.0, duration=10, buckets=5)
    for second in range(1000):
        count(window, float(second), "successes")
    assert len(window._bucket_starts) == 5


def test_rates_of_no_calls_are_zero() -> None:
    assert (Counts(0, 0, 0).failure_rate, Counts(0, 0, 0).slow_rate) == (0.0, 0.0)
    assert (Counts(3, 1, 2).failure_rate, Counts(3, 1, 2).slow_rate) == (0.25, 0.5)
