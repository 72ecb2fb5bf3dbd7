"""Rates from counts that were read one after the other."""

from typing import Any

from ops.readings.signals import Signals
from ops.readings.traffic import Traffic
from ops.target.fields import Fields


def counted(requests: int, *, server_errors: int = 0, shed: int = 0) -> Signals:
    route: dict[str, Any] = {"requests": requests, "server_errors": server_errors, "shed": shed, "client_errors": 0}
    others = {"GET /api/ops/audit": {"requests": 1000 * requests}, "unmatched": {"requests": 7}}
    return Signals.of(Fields({"routes": {"POST /api/embeddings": route, **others}}))


def test_the_rates_are_those_of_callers_and_tell_failures_from_those_turned_away() -> None:
    traffic = Traffic()
    traffic.add("one", 0.0, counted(100))
    traffic.add("one", 2.0, counted(140, server_errors=12, shed=8))
    rates = traffic.rates(2.0, window=10.0)
    assert rates is not None
    assert (rates.requests, rates.failed, rates.shed) == (20.0, 2.0, 4.0)
    assert rates.share(rates.failed) == 0.1


def test_instances_are_added_up() -> None:
    traffic = Traffic()
    for instance in ("one", "other"):
        traffic.add(instance, 0.0, counted(0))
        traffic.add(instance, 1.0, counted(10))
    rates = traffic.rates(1.0, window=10.0)
    assert rates is not None
    assert (rates.requests, traffic.instances) == (20.0, ["one", "other"])


def test_one_reading_tells_no_rate_and_none_does_that_is_too_old() -> None:
    traffic = Traffic()
    traffic.add("one", 0.0, counted(0))
    assert traffic.rates(0.0, window=10.0) is None
    traffic.add("one", 1.0, counted(10))
    assert traffic.rates(20.0, window=10.0) is None


def test_an_instance_that_started_anew_counts_from_nothing() -> None:
    traffic = Traffic()
    traffic.add("one", 0.0, counted(1000))
    traffic.add("one", 1.0, counted(5))
    assert traffic.rates(1.0, window=10.0) is None
    traffic.add("one", 2.0, counted(15))
    rates = traffic.rates(2.0, window=10.0)
    assert rates is not None
    assert rates.requests == 10.0


def test_a_series_has_the_requests_of_each_second() -> None:
    traffic = Traffic()
    for second, requests in enumerate((0, 3, 3, 8)):
        traffic.add("one", float(second), counted(requests))
    assert traffic.series(3.5, seconds=4) == [0.0, 3.0, 0.0, 5.0]
