import random

from service.reliability.golden_signals import GoldenSignals
from service.reliability.latency_histogram import LatencyHistogram
from service.reliability.signals_snapshot import fits, merged, snapshot

ROUTE = "GET /a"


def signals() -> GoldenSignals:
    made = GoldenSignals(now=0.0, open_connections=lambda: 2)
    made.declare(ROUTE, 0.0)
    return made


def test_the_sum_of_all_is_what_one_would_have_counted() -> None:
    rng = random.Random(1)
    alone, fleet = signals(), [signals(), signals(), signals()]
    for _ in range(3000):
        status, seconds = rng.choice([200, 200, 200, 404, 500, 503]), rng.expovariate(20)
        problem = {404: "not_found", 500: "internal_error", 503: "not_ready"}.get(status, "")
        alone.routes[ROUTE].record(status, seconds, 1.0, problem)
        rng.choice(fleet).routes[ROUTE].record(status, seconds, 1.0, problem)
    together = merged(snapshot(each, 2.0) for each in fleet)
    assert together.routes[ROUTE] == alone.figures(2.0).routes[ROUTE]
    assert together.open_connections == 6


def test_a_route_that_nobody_asked_for_is_left_out() -> None:
    assert merged([snapshot(signals(), 1.0)]).routes == {}


def test_the_sum_of_nobody_is_nothing() -> None:
    nobody = merged([])
    assert (nobody.routes, nobody.in_flight, nobody.open_connections) == ({}, 0, 0)


def test_what_an_instance_with_other_buckets_tells_does_not_fit() -> None:
    ours, last = signals(), len(LatencyHistogram().counts) - 1
    ours.routes[ROUTE].record(200, 1e9, 1.0)
    ours.routes[ROUTE].record(500, 0.01, 1.0)
    told = snapshot(ours, 2.0)
    assert [*told.routes[ROUTE].success.recent] == [last]
    assert fits(told)
    told.routes[ROUTE].success.recent[last + 1] = 1
    assert not fits(told)
