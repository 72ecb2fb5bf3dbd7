"""Whether a lever works: how soon on every instance, how soon it is undone, and whether the audit knows of it."""

import dataclasses

from harness.criteria.criterion import Bound, Finding
from harness.criteria.judgement import Limit, failed, inconclusive, judged, not_asked
from harness.evidence.pulls import Pulled, Shown, pulled_in, shown_after
from harness.plan.effect import Effect
from harness.record import RunRecord

FEWEST = 5
"""Answers of each instance after the change, without which it is not known to have it."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class TimeToTakeEffect:
    """From the change, by the audit, to the last request of any instance that was still answered as before."""

    phase: str  # that begins with the pull
    effect: Effect
    at_most: float  # seconds

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return f"time to effect · {self.phase}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.phase,)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="s")
        return _time(record, self.phase, self.effect, limit, present=True)


@dataclasses.dataclass(frozen=True, kw_only=True)
class TimeToUndo:
    """From the change back, by the audit, to the last request of any instance that still showed the effect."""

    phase: str  # that begins with the lever being put back
    effect: Effect
    at_most: float  # seconds

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return f"time to undo · {self.phase}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.phase,)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="s")
        return _time(record, self.phase, self.effect, limit, present=False)


def _time(record: RunRecord, phase: str, effect: Effect, limit: Limit, *, present: bool) -> Finding:
    pulled = pulled_in(record, phase)
    if pulled is None:
        return not_asked(limit, "No lever was pulled.")
    if pulled.pull.exit_code:
        return failed(limit, f"{pulled.pull.command} ended with {pulled.pull.exit_code}: {pulled.pull.said}.")
    if pulled.changed_at is None:
        return failed(limit, f"The audit knows nothing of {pulled.pull.command}.")
    shown = shown_after(record, pulled, effect, present=present)
    never = [each.instance for each in shown if each.last_old_at is not None and not each.answered_anew]
    if never:
        return failed(limit, f"Never on {', '.join(never)}, which went on as before.")
    silent = [each.instance for each in shown if each.answered_anew < FEWEST]
    if silent or not shown:
        return inconclusive(limit, f"Too few answers of {', '.join(silent) or 'any instance'}; expected {FEWEST}.")
    return judged(_slowest(shown, pulled.changed_at), limit, _sentence(shown, pulled))


def _slowest(shown: list[Shown], changed_at: float) -> float:
    return max(0.0 if each.last_old_at is None else each.last_old_at - changed_at for each in shown)


def _sentence(shown: list[Shown], pulled: Pulled) -> str:
    late = sum(each.last_old_at is not None for each in shown)
    taken = pulled.pull.ended_at - pulled.pull.began_at
    return f"{late} of {len(shown)} instances answered as before for a while; the command waited {taken:.1f} s in all."


@dataclasses.dataclass(frozen=True, kw_only=True)
class AuditComplete:
    """Levers pulled of which the audit does not tell who and why, and changes that it tells of nobody's pulling."""

    over: tuple[str, ...]  # the phases that begin with a pull
    by: str
    at_most: int = 0

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return "gaps in the audit"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return self.over

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="gaps")
        pulled = [found for phase in self.over if (found := pulled_in(record, phase)) is not None]
        if len(pulled) < len(self.over):
            return not_asked(limit, f"{len(pulled)} of {len(self.over)} levers were pulled.")
        untold = [found.pull.command for found in pulled if not any(line.by == self.by for line in found.lines)]
        reasons = {found.pull.reason for found in pulled}
        nobodys = [f"{line.action} of {line.subject}" for line in record.audit if line.reason not in reasons]
        sentence = f"{len(pulled)} levers were pulled, and {len(record.audit)} lines tell of it."
        gaps = [*untold, *nobodys]
        return judged(len(gaps), limit, f"{sentence[:-1]}; not so of: {'; '.join(gaps)}." if gaps else sentence)
