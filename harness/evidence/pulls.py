"""The levers that were pulled: when each change came into force, by the audit, and who showed it from when on."""

import dataclasses
from collections.abc import Collection

from harness.evidence.testimony import instances_of, phase_span
from harness.plan.effect import Effect
from harness.record import AuditRow, Part, PhaseSpan, PullRow, RequestRow, RunRecord


@dataclasses.dataclass(frozen=True, kw_only=True)
class Pulled:
    """A command, the phase that began with it, and the audit's lines about it, oldest first."""

    pull: PullRow
    span: PhaseSpan
    lines: tuple[AuditRow, ...]

    @property
    def changed_at(self) -> float | None:
        """The instant from which the change is in force; None when the audit knows of none."""
        return self.lines[0].at if self.lines else None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Shown:
    """What an instance answered after a change: the last answer that was still as before, and how many were not."""

    instance: str
    last_old_at: float | None  # when it was sent
    answered_anew: int


def pulled_in(record: RunRecord, phase: str) -> Pulled | None:
    """What was pulled at the beginning of a phase; None when the phase did not run, or nothing was pulled."""
    span = phase_span(record, phase)
    pull = next((row for row in record.pulls if row.phase == phase), None)
    if span is None or pull is None:
        return None
    return Pulled(pull=pull, span=span, lines=tuple(row for row in record.audit if row.reason == pull.reason))


def shown_after(record: RunRecord, pulled: Pulled, effect: Effect, *, present: bool) -> list[Shown]:
    """How each instance of the main part answered in the phase, after the change was in force.

    `present`: an answer is new when it shows the effect, else when it does not.
    """
    since = pulled.changed_at if pulled.changed_at is not None else pulled.span.started_at
    rows = [row for row in _touched(record, pulled.span, effect.requests) if row.sent_at >= since]
    return [_shown(instance, rows, effect, present=present) for instance in sorted(instances_of(record, Part.MAIN))]


def _touched(record: RunRecord, span: PhaseSpan, requests: Collection[str]) -> list[RequestRow]:
    rows = [row for row in record.requests if row.part is span.part and row.request in requests]
    return sorted((row for row in rows if row.phase == span.phase), key=lambda row: row.sent_at)


def _shown(instance: str, rows: list[RequestRow], effect: Effect, *, present: bool) -> Shown:
    own = [row for row in rows if row.instance == instance]
    old = [row.sent_at for row in own if effect.shows_in(row) is not present]
    return Shown(instance=instance, last_old_at=old[-1] if old else None, answered_anew=len(own) - len(old))
