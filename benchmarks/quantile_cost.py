"""What it costs to record a duration, and how far off the quantiles are that one reads back."""

import importlib
import itertools
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from benchmarks.limit import Limit
from benchmarks.markdown import table
from benchmarks.rounds import Repeat, least_nanoseconds
from service.reliability.latency_histogram import LatencyHistogram

_SAMPLES = 100_000
_PARTS = 10
_QUANTILES = (0.5, 0.9, 0.95, 0.99, 0.999)
_LIMIT = 0.01  # relative error


@dataclass(frozen=True, kw_only=True)
class Sketch:
    """Something that takes durations one by one and gives quantiles back."""

    name: str
    make: Callable[[], Any]
    record: Callable[[Any], Callable[[float], object]]
    quantile: Callable[[Any, float], float | None]
    merge: Callable[[Sequence[Any]], Any]


async def quantile_cost() -> tuple[str, list[Limit]]:
    """The table, and what we claim of our row."""
    rng = random.Random(1)
    samples = [rng.lognormvariate(math.log(0.02), 0.6) for _ in range(_SAMPLES)]
    sketches = [_ours(), _fastdigest(), _ddsketch(), _prometheus()]
    least = await least_nanoseconds({s.name: _recording(s, samples[:1000]) for s in sketches}, rounds=15)
    errors = {sketch.name: _worst_error(_filled(sketch, samples), sketch, samples) for sketch in sketches}
    rows = [
        [
            sketch.name,
            f"{least[sketch.name]:.0f}",
            *(f"{error:.2%}" for error in errors[sketch.name]),
            f"{_merge_deviation(sketch, samples):.2%}",
        ]
        for sketch in sketches
    ]
    headers = ["recorder", "ns a record", *(f"p{100 * q:g} off by" for q in _QUANTILES), "merge of 10 off by"]
    worst = max(errors[sketches[0].name])
    return table(headers, rows), [Limit(what="quantile, worst relative error", value=worst, at_most=_LIMIT)]


def _ours() -> Sketch:
    return Sketch(
        name="**Ballast** log buckets",
        make=LatencyHistogram,
        record=lambda histogram: histogram.record,
        quantile=lambda histogram, q: histogram.quantile(q),
        merge=LatencyHistogram.merged,
    )


def _fastdigest() -> Sketch:
    fastdigest = importlib.import_module("fastdigest")
    return Sketch(
        name=f"fastdigest {version('fastdigest')}",
        make=fastdigest.TDigest,
        record=lambda digest: digest.update,
        quantile=lambda digest, q: digest.quantile(q),
        merge=fastdigest.merge_all,
    )


def _ddsketch() -> Sketch:
    ddsketch = importlib.import_module("ddsketch")

    def merge(parts: Sequence[Any]) -> Any:
        whole = ddsketch.DDSketch(_LIMIT)
        for part in parts:
            whole.merge(part)
        return whole

    return Sketch(
        name=f"ddsketch {version('ddsketch')}",
        make=lambda: ddsketch.DDSketch(_LIMIT),
        record=lambda sketch: sketch.add,
        quantile=lambda sketch, q: sketch.get_quantile_value(q),
        merge=merge,
    )


def _prometheus() -> Sketch:
    client = importlib.import_module("prometheus_client")
    counter = itertools.count()

    def make() -> Any:
        return client.Histogram(f"h{next(counter)}", "durations", registry=None)

    def counts(histogram: Any) -> list[tuple[float, float]]:
        samples = next(iter(histogram.collect())).samples
        return [(float(s.labels["le"]), s.value) for s in samples if s.name.endswith("_bucket")]

    def merge(parts: Sequence[Any]) -> list[tuple[float, float]]:
        by_part = [counts(part) for part in parts]
        return [(column[0][0], sum(count for _, count in column)) for column in zip(*by_part, strict=True)]

    def quantile(histogram: Any, q: float) -> float:
        return _interpolated(histogram if isinstance(histogram, list) else counts(histogram), q)

    return Sketch(
        name=f"prometheus_client {version('prometheus-client')} Histogram, default buckets",
        make=make,
        record=lambda histogram: histogram.observe,
        quantile=quantile,
        merge=merge,
    )


def _interpolated(buckets: list[tuple[float, float]], q: float) -> float:
    """As Prometheus' own histogram_quantile does it."""
    rank = q * buckets[-1][1]
    low, below = 0.0, 0.0
    for high, reached in buckets:
        if reached >= rank:
            return low if math.isinf(high) else low + (high - low) * (rank - below) / (reached - below)
        low, below = high, reached
    return low


def _filled(sketch: Sketch, samples: Sequence[float]) -> Any:
    made = sketch.make()
    record = sketch.record(made)
    for sample in samples:
        record(sample)
    return made


def _worst_error(filled: Any, sketch: Sketch, samples: Sequence[float]) -> list[float]:
    ordered = sorted(samples)
    exact = [ordered[math.ceil(q * len(ordered)) - 1] for q in _QUANTILES]
    return [abs((sketch.quantile(filled, q) or 0) / true - 1) for q, true in zip(_QUANTILES, exact, strict=True)]


def _merge_deviation(sketch: Sketch, samples: Sequence[float]) -> float:
    whole = _filled(sketch, samples)
    merged = sketch.merge([_filled(sketch, samples[part::_PARTS]) for part in range(_PARTS)])
    pairs = [(sketch.quantile(merged, q) or 0, sketch.quantile(whole, q) or 0) for q in _QUANTILES]
    return max(abs(ours / theirs - 1) for ours, theirs in pairs)


def _recording(sketch: Sketch, samples: Sequence[float]) -> Repeat:
    async def repeat(times: int) -> None:
        record = sketch.record(sketch.make())
        for sample in itertools.islice(itertools.cycle(samples), times):
            record(sample)

    return repeat
