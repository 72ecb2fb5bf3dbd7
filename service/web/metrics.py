"""`GET /metrics` in the text format of Prometheus, made from our own figures when it is scraped."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from service.dependencies.embeddings import Reason
from service.reliability.breaker_states import BreakerState
from service.reliability.circuit_breaker import CircuitBreaker
from service.reliability.golden_signals import GoldenSignals
from service.reliability.latency_histogram import LatencyHistogram
from service.reliability.latency_window import LatencyWindow
from service.reliability.watchdog import WatchdogState
from service.watchdogs.watch import Figures, Watchdogs
from service.web.operation import Operation

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, math.inf)
"""Seconds: where the exported histograms are cut. Ours behind them are a hundred times finer."""


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Where the figures are kept."""

    signals: GoldenSignals
    breakers: Mapping[str, CircuitBreaker]
    latencies: Mapping[str, LatencyWindow]  # of the attempts, by dependency
    fallbacks: Mapping[Reason, int]
    watchdogs: Watchdogs
    notices: Mapping[str, int]  # of the webhook, by what has become of them


def metrics_routes(sources: Sources) -> list[Operation]:
    """The route that is scraped."""

    async def scrape(_: Request) -> Response:
        """Show the metrics in the text format of Prometheus."""
        scraped = _Scrape(sources, await sources.watchdogs.look())
        return Response(generate_latest(scraped), media_type=CONTENT_TYPE_LATEST)

    return [Operation("GET", "/metrics", scrape, name="scrape_metrics", media_type="text/plain")]


class _Scrape(Collector):
    def __init__(self, sources: Sources, figures: Figures) -> None:
        self._sources = sources
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        yield from self._requests()
        yield from self._saturation()
        yield from self._breakers()
        yield from self._dependencies()
        yield from self._queue()
        yield from self._watchdogs()
        yield from self._notices()

    def _requests(self) -> Iterator[Metric]:
        errors = CounterMetricFamily(
            "ballast_request_errors", "Requests answered 4xx or 5xx.", labels=("route", "class")
        )
        durations = HistogramMetricFamily(
            "ballast_request_duration_seconds",
            "Time to answer, for answers below 400 (success) and the others (failure).",
            labels=("route", "outcome"),
        )
        for template, route in self._sources.signals.routes.items():
            errors.add_metric((template, "4xx"), route.client_errors)
            errors.add_metric((template, "5xx"), route.server_errors)
            _add(durations, (template, "success"), route.success.total)
            _add(durations, (template, "failure"), route.failure.total)
        yield errors
        yield durations

    def _saturation(self) -> Iterator[Metric]:
        signals = self._sources.signals
        yield GaugeMetricFamily("ballast_requests_in_flight", "Requests being answered.", signals.in_flight)
        yield GaugeMetricFamily("ballast_open_connections", "Connections of callers.", signals.open_connections)

    def _breakers(self) -> Iterator[Metric]:
        states = GaugeMetricFamily(
            "ballast_circuit_breaker_state", "1 for the state that the breaker is in.", labels=("breaker", "state")
        )
        generations = CounterMetricFamily(
            "ballast_circuit_breaker_transitions", "Changes of state since the start.", labels=("breaker",)
        )
        for name, breaker in self._sources.breakers.items():
            now = breaker.snapshot()
            for state in BreakerState:
                states.add_metric((name, state), now.state is state)
            generations.add_metric((name,), now.generation - 1)
        yield states
        yield generations

    def _dependencies(self) -> Iterator[Metric]:
        durations = HistogramMetricFamily(
            "ballast_attempt_duration_seconds", "Attempts on a dependency, however they ended.", labels=("dependency",)
        )
        for dependency, latency in self._sources.latencies.items():
            _add(durations, (dependency,), latency.total)
        yield durations
        fallbacks = CounterMetricFamily(
            "ballast_embedding_fallbacks", "Embeddings made by the fallback.", labels=("reason",)
        )
        for reason, count in self._sources.fallbacks.items():
            fallbacks.add_metric((reason,), count)
        yield fallbacks

    def _queue(self) -> Iterator[Metric]:
        labels = ("agent", "topic")
        depth = GaugeMetricFamily("ballast_queue_depth", "Events that wait.", labels=labels)
        oldest = GaugeMetricFamily("ballast_queue_oldest_seconds", "Age of the oldest that waits.", labels=labels)
        dead = GaugeMetricFamily("ballast_dead_letters", "Events given up.", labels=labels)
        events = CounterMetricFamily(
            "ballast_queue_events",
            "Events since the queue began, by what has become of them.",
            labels=(*labels, "what"),
        )
        for queue in self._figures.queues:  # empty when the queue cannot be read: no figure beats a wrong one
            each = queue.depth
            where = (each.agent, each.topic)
            depth.add_metric(where, each.waiting)
            dead.add_metric(where, each.dead_letters)
            if queue.oldest_seconds is not None:
                oldest.add_metric(where, queue.oldest_seconds)
            for what, count in queue.counters.items():
                events.add_metric((*where, what), count)
        yield from (depth, oldest, dead, events)

    def _watchdogs(self) -> Iterator[Metric]:
        labels = ("watchdog", "subject")
        values = GaugeMetricFamily("ballast_watchdog_value", "The figure, in its own unit.", labels=labels)
        states = GaugeMetricFamily(
            "ballast_watchdog_state", "1 for the state that the watchdog is in.", labels=(*labels, "state")
        )
        for each in self._figures.readings:
            if each.value is not None:
                values.add_metric((each.name, each.subject), each.value)
            if each.alert_threshold is not None:
                for state in WatchdogState:
                    states.add_metric((each.name, each.subject, state), each.state is state)
        yield values
        yield states

    def _notices(self) -> Iterator[Metric]:
        notices = CounterMetricFamily(
            "ballast_webhook_notices", "Notices since the start, by what has become of them.", labels=("outcome",)
        )
        for outcome, count in self._sources.notices.items():
            notices.add_metric((outcome,), count)
        yield notices


def _add(family: HistogramMetricFamily, labels: tuple[str, ...], histogram: LatencyHistogram) -> None:
    counts = zip(BOUNDS, histogram.counts_up_to(BOUNDS), strict=True)
    family.add_metric(labels, [(_label(bound), float(count)) for bound, count in counts], histogram.total_seconds)


def _label(bound: float) -> str:
    return "+Inf" if math.isinf(bound) else str(bound)
