"""The golden signals of an instance in a form that can be published, and the sum of several instances'."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from service.reliability.golden_signals import GoldenFigures, GoldenSignals, LatencyFigures, RouteFigures
from service.reliability.latency_histogram import LatencyHistogram
from service.reliability.latency_window import LatencyWindow

_BUCKETS = range(len(LatencyHistogram().counts))


@dataclass(slots=True)
class LatencySnapshot:
    """How many answers since the start, and how long the recent ones took: counts by bucket, without the empty ones."""

    count: int = 0
    recent: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class RouteSnapshot:
    """The counters of one route."""

    client_errors: int = 0
    server_errors: int = 0
    shed: int = 0
    problems: dict[str, int] = field(default_factory=dict)
    success: LatencySnapshot = field(default_factory=LatencySnapshot)
    failure: LatencySnapshot = field(default_factory=LatencySnapshot)


@dataclass(slots=True)
class SignalsSnapshot:
    """All routes that had a request, and how busy the instance is."""

    routes: dict[str, RouteSnapshot]
    in_flight: int
    open_connections: int


def snapshot(signals: GoldenSignals, now: float) -> SignalsSnapshot:
    """What an instance has counted up to now."""
    return SignalsSnapshot(
        routes={
            template: RouteSnapshot(
                client_errors=route.client_errors,
                server_errors=route.server_errors,
                shed=route.shed,
                problems=dict(route.problems),
                success=_latency(route.success, now),
                failure=_latency(route.failure, now),
            )
            for template, route in signals.routes.items()
            if route.requests
        },
        in_flight=signals.in_flight,
        open_connections=signals.open_connections,
    )


def fits(told: SignalsSnapshot) -> bool:
    """Whether it counts in the same buckets as we do; another version may not."""
    latencies = [latency for route in told.routes.values() for latency in (route.success, route.failure)]
    return all(bucket in _BUCKETS for latency in latencies for bucket in latency.recent)


def merged(snapshots: Iterable[SignalsSnapshot]) -> GoldenFigures:
    """The figures that one instance would show that had served all the requests; exact, in any order."""
    every = list(snapshots)
    templates = sorted({template for each in every for template in each.routes})
    return GoldenFigures(
        routes={
            template: _route([each.routes[template] for each in every if template in each.routes])
            for template in templates
        },
        in_flight=sum(each.in_flight for each in every),
        open_connections=sum(each.open_connections for each in every),
    )


def _latency(window: LatencyWindow, now: float) -> LatencySnapshot:
    counts = window.recent(now).counts
    return LatencySnapshot(window.total.count, {bucket: count for bucket, count in enumerate(counts) if count})


def _route(routes: Iterable[RouteSnapshot]) -> RouteFigures:
    every = list(routes)
    success, failure = _figures([each.success for each in every]), _figures([each.failure for each in every])
    return RouteFigures(
        requests=success.count + failure.count,
        client_errors=sum(each.client_errors for each in every),
        server_errors=sum(each.server_errors for each in every),
        shed=sum(each.shed for each in every),
        problems=_sum(each.problems for each in every),
        success=success,
        failure=failure,
    )


def _sum(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(total)


def _figures(latencies: Iterable[LatencySnapshot]) -> LatencyFigures:
    every = list(latencies)
    recent = LatencyHistogram()
    for each in every:
        _add(recent, each.recent)
    return LatencyFigures(
        count=sum(each.count for each in every),
        p50=recent.quantile(0.5),
        p95=recent.quantile(0.95),
        p99=recent.quantile(0.99),
    )


def _add(histogram: LatencyHistogram, counts: Mapping[int, int]) -> None:
    for bucket, count in counts.items():
        histogram.counts[bucket] += count
