"""Golden signals for CloudWatch, as lines of the log that it reads figures from (the embedded metric format)."""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from service.background import cancel_and_wait
from service.reliability.breaker_states import BreakerState
from service.reliability.latency_histogram import LatencyHistogram
from service.web.log import LOGGER
from service.web.metrics import Sources

NAMESPACE = "Ballast"
WRITTEN_EVERY = 10.0
"""Seconds between two lines. A platform that stops the CPU meanwhile makes one late, and longer: nothing is lost."""

MOST_VALUES = 100
"""Values of one metric that CloudWatch takes from a line."""

UNITS = {
    "Requests": "Count",
    "Failed": "Count",
    "Shed": "Count",
    "BreakersOpen": "Count",
    "WatchdogsAlerting": "Count",
    "Latency": "Milliseconds",
    "AiLatency": "Milliseconds",
}


@dataclass(frozen=True, kw_only=True)
class Totals:
    """What callers were answered since the start, and how long it took."""

    failed: int = 0  # 5xx that were not turned away on purpose
    shed: int = 0
    answered: LatencyHistogram = field(default_factory=LatencyHistogram)
    refused: LatencyHistogram = field(default_factory=LatencyHistogram)  # 4xx and 5xx
    ai: LatencyHistogram = field(default_factory=LatencyHistogram)


@dataclass(frozen=True, kw_only=True)
class Present:
    """How things stand at this instant."""

    breakers_open: int
    watchdogs_alerting: int


def line(environment: str, at: float, before: Totals, after: Totals, present: Present) -> dict[str, Any]:
    """What happened between two readings, `at` in Unix seconds; a latency without a value is left out."""
    answered = after.answered.since(before.answered)
    values: dict[str, Any] = {
        "Requests": answered.count + after.refused.since(before.refused).count,
        "Failed": after.failed - before.failed,
        "Shed": after.shed - before.shed,
        "BreakersOpen": present.breakers_open,
        "WatchdogsAlerting": present.watchdogs_alerting,
        "Latency": _milliseconds(answered),
        "AiLatency": _milliseconds(after.ai.since(before.ai)),
    }
    told = {name: value for name, value in values.items() if value != []}
    metrics = [{"Name": name, "Unit": UNITS[name]} for name in told]
    directive = {"Namespace": NAMESPACE, "Dimensions": [["Environment"]], "Metrics": metrics}
    return {"_aws": {"Timestamp": int(at * 1000), "CloudWatchMetrics": [directive]}, "Environment": environment, **told}


class EmbeddedMetrics:
    """Writes a line now and then, and a last one when it is stopped."""

    def __init__(
        self,
        sources: Sources,
        *,
        environment: str,
        templates: Iterable[str],
        provider: str,
        write: Callable[[dict[str, Any]], None],
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        """`templates` are the routes of callers, `provider` the dependency whose attempts are the AI's."""
        self._sources = sources
        self._environment = environment
        self._templates = tuple(templates)
        self._provider = provider
        self._write = write
        self._now = wall_clock
        self._before = Totals()
        self._loop: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Write from now on."""
        self._loop = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Tell the rest."""
        if self._loop is not None:
            await cancel_and_wait(self._loop)
            self.tell()

    def tell(self) -> None:
        """Write what happened since the last line."""
        after = self._totals()
        present = Present(breakers_open=self._breakers_open(), watchdogs_alerting=self._sources.watchdogs.alerting)
        self._write(line(self._environment, self._now(), self._before, after, present))
        self._before = after

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(WRITTEN_EVERY)
            self.tell()

    def _totals(self) -> Totals:
        routes = [self._sources.signals.routes[template] for template in self._templates]
        shed = sum(route.shed for route in routes)
        return Totals(
            failed=sum(route.server_errors for route in routes) - shed,
            shed=shed,
            answered=LatencyHistogram.merged(route.success.total for route in routes),
            refused=LatencyHistogram.merged(route.failure.total for route in routes),
            ai=LatencyHistogram.merged([self._sources.latencies[self._provider].total]),
        )

    def _breakers_open(self) -> int:
        states = [breaker.snapshot().state for breaker in self._sources.breakers.values()]
        return sum(state is not BreakerState.CLOSED for state in states)


def into_the_log(values: dict[str, Any]) -> None:
    """Write a line of metrics among the others."""
    LOGGER.info("metrics", extra={"fields": values})


def _milliseconds(histogram: LatencyHistogram) -> list[float]:
    """At most MOST_VALUES durations that have the quantiles of all, evenly spaced."""
    number = min(histogram.count, MOST_VALUES)
    quantiles = (histogram.quantile((rank + 0.5) / number) for rank in range(number))
    return [round(seconds * 1000, 3) for seconds in quantiles if seconds is not None]
