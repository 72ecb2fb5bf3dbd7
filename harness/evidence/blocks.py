"""Interleaved blocks: what a phase of the main part and the phase of its contrast measured side by side."""

from typing import NamedTuple

from harness.evidence.testimony import requests_of
from harness.record import Part, RequestRow, RunRecord


class Side(NamedTuple):
    """One phase of one part."""

    cpu: float | None  # seconds
    rows: list[RequestRow]


class Pair(NamedTuple):
    """A phase with the layer, and one without."""

    on: Side
    off: Side


def pairs(record: RunRecord) -> list[Pair]:
    """Every pair of phases that were played, by their names."""
    names = [span.phase for span in record.phases if span.part is Part.MAIN]
    contrast = {span.phase for span in record.phases if span.part is Part.CONTRAST}
    return [
        Pair(_side(record, Part.MAIN, name), _side(record, Part.CONTRAST, name)) for name in names if name in contrast
    ]


def _side(record: RunRecord, part: Part, phase: str) -> Side:
    cpu = next((span.seconds for span in record.cpu if span.part is part and span.phase == phase), None)
    return Side(cpu, requests_of(record, phase, part=part))
