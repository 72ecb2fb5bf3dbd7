"""Every request and attempt of a run as rows of one table, for those who want to look for themselves."""

import csv
import gzip
import io

from harness.record import RunRecord
from harness.report.redaction import Redaction

COLUMNS = (
    "witness",
    "part",
    "phase",
    "request_id",
    "request",
    "dependency",
    "instance",
    "attempt",
    "permit",
    "planned_at",
    "began_at",
    "ended_at",
    "status",
    "outcome",
    "reason",
    "attempts",
    "fault",
)


def samples(record: RunRecord, redaction: Redaction) -> bytes:
    """A gzipped CSV: `client` rows are requests, `dependency` rows are attempts. Seconds since the run's start."""
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    table.writeheader()
    start = record.started_at

    def since(instant: float | None) -> str:
        return "" if instant is None else f"{instant - start:.6f}"

    for request in record.requests:
        table.writerow(
            {
                "witness": "client",
                "part": request.part,
                "phase": request.phase,
                "request_id": redaction.text(request.request_id),
                "request": request.request,
                "instance": redaction.text(request.instance),
                "planned_at": since(request.planned_at),
                "began_at": since(request.sent_at),
                "ended_at": since(request.ended_at),
                "status": request.status,
                "outcome": request.outcome,
                "reason": redaction.text(request.reason),
                "attempts": "" if request.attempts is None else request.attempts,
            }
        )
    for attempt in record.attempts:
        table.writerow(
            {
                "witness": "dependency",
                "request_id": redaction.text(attempt.request_id),
                "dependency": attempt.dependency,
                "instance": redaction.text(attempt.instance),
                "attempt": attempt.attempt,
                "permit": attempt.permit,
                "began_at": since(attempt.arrived_at),
                "ended_at": since(attempt.ended_at),
                "outcome": attempt.result,
                "fault": attempt.fault,
            }
        )
    return gzip.compress(text.getvalue().encode(), mtime=0)
