"""Rows of a small run, made by hand: what a test does not name is ordinary."""

from collections.abc import Sequence
from typing import Any

from harness.evidence.breaker_history import STATE_AFTER
from harness.record import AttemptRow, FaultSpan, JournalRow, Outcome, Part, PhaseSpan, RequestRow, RunRecord

BREAKER = "embeddings:stable"
PHASE = "errors"


def request(request_id: str, at: float, **told: Any) -> RequestRow:
    """A request that was planned `at` and served 20 ms later."""
    usual: dict[str, Any] = {
        "part": Part.MAIN,
        "phase": PHASE,
        "request": "embed",
        "caller": "caller",
        "planned_at": at,
        "sent_at": at,
        "ended_at": at + told.pop("seconds", 0.02),
        "status": 200,
        "outcome": Outcome.SERVED,
        "attempts": 1,
        "instance": "a",
    }
    return RequestRow(request_id=request_id, **(usual | told))


def attempt(request_id: str, at: float, **told: Any) -> AttemptRow:
    """A first attempt that arrived `at` and was answered 10 ms later."""
    usual: dict[str, Any] = {
        "attempt": 1,
        "instance": "a",
        "permit": "1-closed",
        "dependency": "embeddings",
        "arrived_at": at,
        "ended_at": at + 0.01,
        "result": "ok",
    }
    return AttemptRow(request_id=request_id, **(usual | told))


def journal(*changes: tuple[float, str], instance: str = "a", breaker: str = BREAKER) -> list[JournalRow]:
    """The journal of a breaker that changed as told: `(3.0, "opened")` at second 3; generations count from 2."""
    rows, before = [], "closed"
    for number, (at, change) in enumerate(changes, start=1):
        kind = f"breaker_{change}"
        after = str(STATE_AFTER[kind])
        detail = {"from": before, "to": after, "generation": number + 1}
        rows.append(
            JournalRow(
                instance=instance,
                boot_id="boot",
                sequence=number,
                at=at,
                type=kind,
                subject=breaker,
                reason=f"it {change}",
                detail=detail,
            )
        )
        before = after
    return rows


def record(
    *,
    requests: Sequence[RequestRow] = (),
    attempts: Sequence[AttemptRow] = (),
    journal: Sequence[JournalRow] = (),
    fault: tuple[float, float] | None = (1.0, 9.0),
    **told: Any,
) -> RunRecord:
    """A run of one phase, "errors", from second 0 to 10, with a fault of the provider in it."""
    faults = []
    if fault is not None:
        start, end = fault
        faults.append(
            FaultSpan(
                part=Part.MAIN,
                phase=PHASE,
                dependency="embeddings",
                fault="embeddings answers 500",
                started_at=start,
                ended_at=end,
            )
        )
    usual: dict[str, Any] = {
        "scenario": "small",
        "run_id": "small-1",
        "seed": 1,
        "started_at": 0.0,
        "ended_at": 20.0,
        "phases": [PhaseSpan(part=Part.MAIN, phase=PHASE, started_at=0.0, ended_at=10.0)],
        "faults": faults,
        "invalid": [],
        "environment": {},
        "overrides": {},
    }
    return RunRecord(requests=list(requests), attempts=list(attempts), journal=list(journal), **(usual | told))
