"""When each instance was ready for requests, as its journal tells."""

import dataclasses

from harness.evidence.breaker_history import event_id
from harness.evidence.testimony import instances_of
from harness.record import Part, RunRecord

LOST, REGAINED = "readiness_lost", "readiness_regained"


@dataclasses.dataclass(frozen=True, kw_only=True)
class NotReady:
    """A stretch of time in which an instance was not ready; `ended_at` is None when it lasted to the end of the run."""

    instance: str
    started_at: float
    ended_at: float | None
    gates: tuple[str, ...]  # that were shut when it began
    lost: str  # the journal's entry, as "instance#sequence"
    regained: str = ""


def not_ready(record: RunRecord) -> list[NotReady]:
    """Every such stretch of the main part's instances, instance by instance and in order."""
    stretches: list[NotReady] = []
    for instance in sorted(instances_of(record, Part.MAIN)):
        rows = [row for row in record.journal if row.instance == instance and row.type in {LOST, REGAINED}]
        began: NotReady | None = None
        for row in sorted(rows, key=lambda row: row.at):
            if row.type == LOST:
                gates = tuple(row.detail.get("gates", ()))
                began = NotReady(instance=instance, started_at=row.at, ended_at=None, gates=gates, lost=event_id(row))
            elif began is not None:
                stretches.append(dataclasses.replace(began, ended_at=row.at, regained=event_id(row)))
                began = None
        if began is not None:
            stretches.append(began)
    return stretches
