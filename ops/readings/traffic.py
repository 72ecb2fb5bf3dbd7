"""Rates, from counts that were read one after the other. Each instance counts for itself, since its own start."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from ops.readings.signals import Route, Signals

KEPT = 600
"""Readings of an instance, at most: ten minutes of one a second."""


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Requests a second, and how many of them ended so."""

    requests: float
    failed: float
    client_errors: float
    shed: float

    def share(self, rate: float) -> float:
        """One of the rates as a ratio of all requests."""
        return rate / self.requests if self.requests else 0.0


@dataclass(frozen=True)
class _Reading:
    at: float
    requests: int
    failed: int
    client_errors: int
    shed: int


class Traffic:
    """The readings of each instance that answered."""

    def __init__(self) -> None:
        self._readings: dict[str, deque[_Reading]] = {}

    @property
    def instances(self) -> list[str]:
        """Those that answered."""
        return sorted(self._readings)

    def add(self, instance: str, at: float, signals: Signals) -> None:
        """Keep what an instance has counted up to `at`, in seconds of a clock that never goes back."""
        total = signals.total
        reading = _Reading(
            at,
            total(lambda route: route.requests),
            total(lambda route: route.failed),
            total(_client_errors),
            total(lambda route: route.shed),
        )
        kept = self._readings.setdefault(instance, deque(maxlen=KEPT))
        if kept and kept[-1].requests > reading.requests:
            kept.clear()  # it has started anew, and counts from 0
        kept.append(reading)

    def rates(self, now: float, *, window: float) -> Rates | None:
        """Those of all instances over the last seconds; None while no instance has been read twice in them."""
        spans = [span for readings in self._readings.values() if (span := _span(readings, now - window))]
        if not spans:
            return None
        return Rates(
            requests=sum((last.requests - first.requests) / (last.at - first.at) for first, last in spans),
            failed=sum((last.failed - first.failed) / (last.at - first.at) for first, last in spans),
            client_errors=sum(
                (last.client_errors - first.client_errors) / (last.at - first.at) for first, last in spans
            ),
            shed=sum((last.shed - first.shed) / (last.at - first.at) for first, last in spans),
        )

    def series(self, now: float, *, seconds: int) -> list[float]:
        """Requests of each of the last seconds, oldest first."""
        buckets = [0.0] * seconds
        for at, count in self._steps():
            age = int(now - at)
            if 0 <= age < seconds:
                buckets[seconds - 1 - age] += count
        return buckets

    def _steps(self) -> Iterator[tuple[float, int]]:
        for readings in self._readings.values():
            for before, after in pairwise(readings):
                yield after.at, after.requests - before.requests


def _client_errors(route: Route) -> int:
    return route.client_errors


def _span(readings: deque[_Reading], since: float) -> tuple[_Reading, _Reading] | None:
    recent = [reading for reading in readings if reading.at >= since]
    return (recent[0], recent[-1]) if len(recent) > 1 and recent[-1].at > recent[0].at else None
