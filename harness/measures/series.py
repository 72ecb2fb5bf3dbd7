"""What happened when: a run in slices of time."""

import math
from collections import defaultdict

import msgspec

from harness.criteria.intervals import percentile
from harness.record import Part, RequestRow, RunRecord

MOST_SLICES = 300
"""Slices of a part; a longer part gets wider ones, so that a report stays small."""


class Slice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One slice: the requests that were planned in it, and how they ended, whenever that was."""

    planned: int = 0
    sent: int = 0  # began in this slice, whenever they were planned
    p50: float | None = None  # seconds from the planned instant
    p99: float | None = None
    outcomes: dict[str, int] = {}


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """The slices of one part, from its start."""

    part: Part
    started_at: float
    slice_seconds: float
    slices: list[Slice]


def series_of(record: RunRecord, part: Part) -> Series | None:
    """The series of a part; None when it did not run."""
    spans = [span for span in record.phases if span.part is part]
    if not spans:
        return None
    start, end = min(span.started_at for span in spans), max(span.ended_at for span in spans)
    width = float(math.ceil(max(1.0, end - start) / MOST_SLICES))
    count = math.ceil((end - start) / width) or 1
    measured = {span.phase for span in spans}
    rows = [row for row in record.requests if row.part is part and row.phase in measured]

    def number(instant: float) -> int:
        return min(count - 1, max(0, int((instant - start) / width)))

    planned: dict[int, list[RequestRow]] = defaultdict(list)
    sent: dict[int, int] = defaultdict(int)
    for row in rows:
        planned[number(row.planned_at)].append(row)
        sent[number(row.sent_at)] += 1
    slices = [_slice(planned[index], sent[index]) for index in range(count)]
    return Series(part=part, started_at=start, slice_seconds=width, slices=slices)


def _slice(rows: list[RequestRow], sent: int) -> Slice:
    latencies = sorted(row.latency for row in rows)
    outcomes: dict[str, int] = defaultdict(int)
    for row in rows:
        outcomes[row.outcome] += 1
    return Slice(
        planned=len(rows),
        sent=sent,
        p50=round(percentile(latencies, 0.5), 6) if rows else None,
        p99=round(percentile(latencies, 0.99), 6) if rows else None,
        outcomes=dict(outcomes),
    )
