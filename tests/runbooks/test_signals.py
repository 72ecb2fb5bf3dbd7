"""Whether golden signals are those of health."""

import dataclasses
import math

import pytest

from harness.record import Outcome
from tests.runbooks.signals import Sample, Signals, differences, signals, usual

HEALTHY = Signals(errors=0.0, throughput=40.0, p99=0.1, yardstick=0.01)


def sample(number: int, seconds: float, outcome: Outcome = Outcome.SERVED, *, yardstick: bool = False) -> Sample:
    return Sample(number=number, sent_at=number / 40, seconds=seconds, outcome=outcome, yardstick=yardstick)


def test_only_what_was_served_in_full_counts_and_only_its_latency() -> None:
    window = [sample(number, 0.05) for number in range(98)]
    window += [sample(98, 0.001, Outcome.SHED), sample(99, 0.002, Outcome.FALLBACK)]
    window += [sample(0, 0.01, yardstick=True)]
    found = signals(window, rate=40, dead_letters=2, waiting=1)
    assert [found.errors, found.throughput] == pytest.approx([0.02, 39.2])
    assert (found.p99, found.yardstick) == (0.05, 0.01)
    assert (found.dead_letters, found.waiting) == (2, 1)


def test_a_service_that_serves_nothing_has_no_p99_and_is_not_healthy() -> None:
    found = signals([sample(0, 0.001, Outcome.FAILED), sample(0, 0.01, yardstick=True)], rate=40)
    assert math.isnan(found.p99)
    assert len(list(differences(HEALTHY, found))) == 3


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"errors": 0.02}, "2.0% of the requests did not get what they asked for; expected at most 1.0%"),
        ({"throughput": 35.0}, "35.0 requests a second were served; expected at least 36.0"),
        ({"p99": 0.111}, "the p99 was 111 ms; expected at most 110 ms"),
        ({"dead_letters": 1}, "there are 1 dead letters; expected at most 0"),
        ({"waiting": 6}, "6 events wait; expected at most 5"),
    ],
)
def test_each_signal_may_differ_by_a_tenth_and_no_more(change: dict[str, float], sentence: str) -> None:
    now = dataclasses.replace(HEALTHY, **change)  # type: ignore[arg-type] # each of its own field's type
    assert list(differences(HEALTHY, now)) == [sentence]


def test_what_is_within_a_tenth_is_health() -> None:
    now = Signals(errors=0.01, throughput=36.0, p99=0.1099, yardstick=0.01, waiting=5)
    assert list(differences(HEALTHY, now)) == []


def test_what_a_busy_machine_takes_from_the_yardstick_is_not_the_services_fault() -> None:
    now = dataclasses.replace(HEALTHY, p99=0.14, yardstick=0.03)
    assert list(differences(HEALTHY, now)) == []
    assert len(list(differences(HEALTHY, dataclasses.replace(now, p99=0.16)))) == 1


def test_health_is_what_several_windows_have_in_common() -> None:
    windows = [dataclasses.replace(HEALTHY, p99=p99) for p99 in (0.05, 0.06, 0.3)]
    assert usual(windows).p99 == 0.06
