"""The figures of one phase: latency, outcomes, and what its fault cost."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from harness.criteria.intervals import percentile
from harness.evidence.testimony import attempts_during, requests_of
from harness.record import Outcome, Part, PhaseSpan, RunRecord

POINTS_A_NINE = 8
"""Points of the percentile curve between 90 % and 99 %, between 99 % and 99.9 %, and so on."""


class PhaseFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One phase of one part. Latencies in seconds from the planned instant."""

    part: Part
    phase: str
    seconds: float
    faults: list[str]  # a line each, for people
    requests: int
    outcomes: dict[str, int]
    goodput: float | None  # ratio: served ÷ all but refused
    availability: float | None  # ratio: served and fallback ÷ all but refused
    p50: float | None
    p90: float | None
    p99: float | None
    p999: float | None
    slowest: float | None
    curve: list[tuple[float, float]]  # quantile and latency
    attempts: int  # that arrived at a dependency
    wasted_attempts: int  # of them, those that met a fault
    cpu_per_request: float | None  # seconds of the part's processes; None when nobody could tell


def phase_figures(record: RunRecord) -> list[PhaseFigures]:
    """The figures of every phase that ran, in their order."""
    return [_figures(record, span) for span in record.phases]


def _figures(record: RunRecord, span: PhaseSpan) -> PhaseFigures:
    rows = requests_of(record, span.phase, part=span.part)
    latencies = sorted(row.latency for row in rows)
    outcomes = Counter(row.outcome for row in rows)
    owed = len(rows) - outcomes[Outcome.REFUSED]
    attempts = attempts_during(record, span)

    def latency(quantile: float) -> float | None:
        return round(percentile(latencies, quantile), 6) if latencies else None

    return PhaseFigures(
        part=span.part,
        phase=span.phase,
        seconds=span.ended_at - span.started_at,
        faults=[fault.fault for fault in record.faults if fault.part is span.part and fault.phase == span.phase],
        requests=len(rows),
        outcomes={outcome: count for outcome in Outcome if (count := outcomes[outcome])},
        goodput=outcomes[Outcome.SERVED] / owed if owed else None,
        availability=(outcomes[Outcome.SERVED] + outcomes[Outcome.FALLBACK]) / owed if owed else None,
        p50=latency(0.5),
        p90=latency(0.9),
        p99=latency(0.99),
        p999=latency(0.999),
        slowest=latency(1.0),
        curve=list(_curve(latencies)),
        attempts=len(attempts),
        wasted_attempts=sum(row.fault != "" for row in attempts),
        cpu_per_request=_cpu_per_request(record, span.part, span.phase, requests=len(rows)),
    )


def _cpu_per_request(record: RunRecord, part: Part, phase: str, *, requests: int) -> float | None:
    """CPU seconds of a part's processes in a phase, for each request of it."""
    spent = next((span.seconds for span in record.cpu if span.part is part and span.phase == phase), None)
    return None if spent is None or not requests else spent / requests


def _curve(latencies: Sequence[float]) -> Iterator[tuple[float, float]]:
    """Points that lie evenly on a scale of nines, as far as the sample reaches."""
    if not latencies:
        return
    last = math.log10(len(latencies)) if len(latencies) > 1 else 0.0
    for step in range(math.floor(last * POINTS_A_NINE) + 1):
        quantile = 1 - 10 ** (-step / POINTS_A_NINE)
        yield round(quantile, 6), round(percentile(latencies, quantile), 6)
    yield round(1 - 10**-last, 6), round(latencies[-1], 6)
