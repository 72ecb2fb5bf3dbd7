"""How gently a breaker tries a dependency that may be back."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from harness.criteria.criterion import Bound, Finding
from harness.criteria.judgement import Limit, inconclusive, judged, not_asked
from harness.evidence.breaker_history import BreakerHistory, BreakerState, Stay, dependency_of
from harness.evidence.testimony import breaker_histories, phase_span
from harness.record import AttemptRow, PhaseSpan, RequestRow, RunRecord


@dataclasses.dataclass(frozen=True, kw_only=True)
class ProbesAtOnce:
    """The most attempts of one half-open generation that were at the dependency at one instant."""

    breaker: str
    phases: tuple[str, ...]
    at_most: int  # the breaker's max_probes

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return f"probes at once of {self.breaker}"

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="probes")
        spans = [span for phase in self.phases if (span := phase_span(record, phase)) is not None]
        if not spans:
            return not_asked(limit, "None of the phases ran.")
        requests = {row.request_id: row for row in record.requests}
        peaks = [
            (_most_at_once(probes, requests), stay, history)
            for history in breaker_histories(record, self.breaker)
            for stay, probes in _half_open(record, history, spans)
            if probes
        ]
        if not peaks:
            return inconclusive(limit, "No probe was sent.")
        most, stay, history = max(peaks, key=lambda peak: peak[0])
        sentence = f"{history.instance} had {most} probes out at once, the most of {len(peaks)} half-open times."
        return judged(most, limit, sentence, evidence=[stay.event])


def _half_open(
    record: RunRecord, history: BreakerHistory, spans: Sequence[PhaseSpan]
) -> Iterator[tuple[Stay, list[AttemptRow]]]:
    """Each half-open time that began in one of the spans, with the attempts that were admitted in it."""
    dependency = dependency_of(history.breaker)
    admitted: dict[str, list[AttemptRow]] = defaultdict(list)
    for row in record.attempts:
        if row.instance == history.instance and row.dependency == dependency:
            admitted[row.permit.partition("-")[0]].append(row)
    for span in spans:
        for stay in history.entered(BreakerState.HALF_OPEN, since=span.started_at, until=span.ended_at):
            yield stay, admitted[str(stay.generation)]


def _most_at_once(probes: Sequence[AttemptRow], requests: Mapping[str, RequestRow]) -> int:
    ends = sorted(_ended_at(row, requests) for row in probes)
    most = ended = 0
    for begun, arrived_at in enumerate(sorted(row.arrived_at for row in probes), start=1):
        while ended < len(ends) and ends[ended] <= arrived_at:
            ended += 1
        most = max(most, begun - ended)
    return most


def _ended_at(row: AttemptRow, requests: Mapping[str, RequestRow]) -> float:
    """When an attempt was over; the dependency cannot tell of one that it never answered, but whoever waited can."""
    if row.ended_at is not None:
        return row.ended_at
    request = requests.get(row.request_id)
    return request.ended_at if request is not None and request.ended_at > row.arrived_at else float("inf")
