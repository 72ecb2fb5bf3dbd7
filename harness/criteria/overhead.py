"""What the layer costs: the service with it beside the same service without it, in blocks that take turns."""

import dataclasses
import math
from collections.abc import Sequence

from harness.criteria.bootstrap import bootstrap_interval
from harness.criteria.criterion import Bound, Finding
from harness.criteria.judgement import Limit, inconclusive, judged, not_asked
from harness.evidence.blocks import Pair, pairs
from harness.record import RequestRow, RunRecord

FEWEST = 200
"""Requests of each side, without which neither a percentile nor a mean can be compared."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class CpuRatio:
    """The service's CPU seconds for each request with the layer, over those without it."""

    phases: tuple[str, ...]
    at_most: float

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return "CPU per request, with ÷ without the layer"

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="times")
        found = pairs(record)
        if not found or any(side.cpu is None for pair in found for side in pair):
            return not_asked(limit, "Nobody could tell the CPU seconds of both services.")
        if _fewest(found) < FEWEST:
            return inconclusive(limit, f"A side had {_fewest(found)} requests; expected {FEWEST}.")
        interval = bootstrap_interval(found, _cpu_ratio)
        on, off = (1e6 * sum(pair[side].cpu or 0.0 for pair in found) / _requests(found, side) for side in (0, 1))
        return judged(_cpu_ratio(found), limit, f"{on:.0f} µs with it, {off:.0f} µs without it.", interval=interval)


@dataclasses.dataclass(frozen=True, kw_only=True)
class LatencyRatio:
    """The 99th percentile of the latency with the layer, over that without it."""

    phases: tuple[str, ...]
    at_most: float

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return "p99 latency, with ÷ without the layer"

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="times")
        found = pairs(record)
        if not found:
            return not_asked(limit, "There was no service without the layer.")
        if _fewest(found) < FEWEST:
            return inconclusive(limit, f"A side had {_fewest(found)} requests; expected {FEWEST}.")
        interval = bootstrap_interval(found, _latency_ratio)
        on, off = (1000 * _p99([row for pair in found for row in pair[side].rows]) for side in (0, 1))
        return judged(_latency_ratio(found), limit, f"{on:.0f} ms with it, {off:.0f} ms without it.", interval=interval)


def _requests(found: Sequence[Pair], side: int) -> int:
    return sum(len(pair[side].rows) for pair in found)


def _fewest(found: Sequence[Pair]) -> int:
    return min(_requests(found, side) for side in (0, 1))


def _cpu_ratio(found: Sequence[Pair]) -> float:
    on, off = (sum(pair[side].cpu or 0.0 for pair in found) / _requests(found, side) for side in (0, 1))
    return on / off


def _latency_ratio(found: Sequence[Pair]) -> float:
    on, off = (_p99([row for pair in found for row in pair[side].rows]) for side in (0, 1))
    return on / off


def _p99(rows: Sequence[RequestRow]) -> float:
    latencies = sorted(row.latency for row in rows)
    return latencies[math.ceil(0.99 * len(latencies)) - 1]
