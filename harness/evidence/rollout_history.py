"""The life of a rollout, as the journals of the instances that changed it tell."""

import dataclasses
from collections.abc import Collection

from harness.evidence.breaker_history import event_id
from harness.record import PhaseSpan, RequestRow, RunRecord

CANARY = "canary"

_CHANGES = frozenset(
    {
        "rollout_started",
        "rollout_paused",
        "rollout_resumed",
        "rollout_promoted",
        "rollout_stepped_up",
        "rollout_held",
        "rollout_released",
        "rollout_rolled_back",
    }
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Change:
    """A change of a rollout."""

    at: float
    type: str
    status: str
    weight: float
    reason: str
    slo: str  # that decided, or ""
    event: str  # the journal's entry, as "instance#sequence"


def rollouts_of(record: RunRecord) -> list[str]:
    """The names of the rollouts that changed."""
    return sorted({row.subject for row in record.journal if row.type in _CHANGES})


def changes(record: RunRecord, rollout: str) -> list[Change]:
    """Every change of a rollout, in order."""
    rows = [row for row in record.journal if row.subject == rollout and row.type in _CHANGES]
    return [
        Change(
            at=row.at,
            type=row.type,
            status=str(row.detail.get("status", "")),
            weight=float(row.detail.get("weight", 0.0)),
            reason=row.reason,
            slo=str(row.detail.get("slo", "")),
            event=event_id(row),
        )
        for row in sorted(rows, key=lambda row: row.at)
    ]


def changes_during(record: RunRecord, rollout: str, span: PhaseSpan, kinds: Collection[str] = _CHANGES) -> list[Change]:
    """The changes of a phase; of the named types only, when any are named."""
    return [
        change
        for change in changes(record, rollout)
        if change.type in kinds and span.started_at <= change.at < span.ended_at
    ]


def canary_requests(record: RunRecord, since: float, until: float) -> list[RequestRow]:
    """The requests that the canary answered, sent within a stretch of time; in the order of their sending."""
    rows = [row for row in record.requests if row.variant == CANARY and since <= row.sent_at < until]
    return sorted(rows, key=lambda row: row.sent_at)
