"""How a rollout proceeds: held in a shared outage, on to everyone with a good canary, each caller on one side."""

import dataclasses
from collections import defaultdict

from harness.criteria.criterion import Bound, Finding
from harness.criteria.judgement import Limit, failed, inconclusive, judged, not_asked
from harness.evidence.rollout_history import CANARY, canary_requests, changes_during
from harness.evidence.testimony import phase_span
from harness.record import RequestRow, RunRecord

FEWEST = 100
"""Requests of a phase, without which a share says nothing."""

FEWEST_AGAIN = 5
"""Requests of callers that were seen before, without which nobody can be found on both sides."""

SPREAD = 2.5
"""Seconds in which a change of weight reaches every instance: two by its contract, and what a busy machine adds."""

BY_EVIDENCE = "passed by evidence"


@dataclasses.dataclass(frozen=True, kw_only=True)
class HeldNotRolledBack:
    """Rollbacks in an outage that both variants share. Not to hold is a failure, and so is not to go on after it."""

    rollout: str
    phase: str  # with the outage
    after: str  # in which it goes on
    at_most: int = 0

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return f"held and not rolled back · {self.phase}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.phase, self.after)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="rollbacks")
        spans = [span for phase in self.phases if (span := phase_span(record, phase)) is not None]
        if len(spans) < len(self.phases):
            return not_asked(limit, "The phases did not run.")
        told = [change for span in spans for change in changes_during(record, self.rollout, span)]
        rolled_back = [change for change in told if change.type == "rollout_rolled_back" and change.slo]
        if rolled_back:
            events = [change.event for change in rolled_back]
            return judged(len(rolled_back), limit, f"Rolled back: {rolled_back[0].reason}.", evidence=events)
        held = [change for change in told if change.type == "rollout_held"]
        if not held:
            return failed(limit, "It went on as if nothing were wrong.")
        released = [change for change in told if change.type == "rollout_released"]
        if not released:
            return failed(limit, "It did not go on after the outage.", evidence=[held[0].event])
        sentence = f"Held for {released[0].at - held[0].at:.1f} s: {held[0].reason}."
        return judged(0, limit, sentence, evidence=[held[0].event, released[0].event])


@dataclasses.dataclass(frozen=True, kw_only=True)
class ReachesEveryone:
    """Seconds from the start of a good canary to its success; at least one of its steps was passed by evidence."""

    rollout: str
    phase: str
    at_most: float

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return f"time to success · {self.phase}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.phase,)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="s")
        span = phase_span(record, self.phase)
        if span is None:
            return not_asked(limit, "The phase did not run.")
        told = changes_during(record, self.rollout, span)
        last = told[-1] if told else None
        if last is None or last.status != "succeeded":
            return failed(limit, f"It is {last.status if last else 'not even started'} at the phase's end.")
        steps = [change for change in told if change.type == "rollout_stepped_up"]
        by_evidence = sum(change.reason.startswith(BY_EVIDENCE) for change in steps)
        if not by_evidence:
            return failed(limit, f"All {len(steps)} steps were passed by time.", evidence=[last.event])
        seconds = last.at - span.started_at
        sentence = f"{by_evidence} of {len(steps)} steps were passed by evidence."
        return judged(seconds, limit, sentence, evidence=[change.event for change in steps])


@dataclasses.dataclass(frozen=True, kw_only=True)
class CallersMoved:
    """Callers that a phase without a change of weight saw on both sides."""

    rollout: str
    phase: str
    at_most: int = 0

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return f"callers on both sides · {self.phase}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.phase,)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="callers")
        rows = _settled(record, self.rollout, self.phase)
        sides: dict[str, set[str]] = defaultdict(set)
        again = 0
        for row in rows:
            again += row.caller in sides
            sides[row.caller].add(row.variant)
        if again < FEWEST_AGAIN:
            return inconclusive(limit, f"{again} requests were not a caller's first; expected {FEWEST_AGAIN}.")
        moved = [caller for caller, seen in sides.items() if len(seen) > 1]
        sentence = (
            f"{len(moved)} of {len(sides)} callers were on both sides; {again} requests were not a caller's first."
        )
        return judged(len(moved), limit, sentence, evidence=moved[:5])


@dataclasses.dataclass(frozen=True, kw_only=True)
class CanaryShare:
    """How far the share of the requests that the canary answered is from the planned weight."""

    rollout: str
    phase: str
    planned: float  # ratio
    at_most: float  # ratio

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return f"canary's share off plan · {self.phase}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.phase,)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="ratio")
        rows = _settled(record, self.rollout, self.phase)
        if len(rows) < FEWEST:
            return inconclusive(limit, f"{len(rows)} requests were answered; expected {FEWEST}.")
        share = sum(row.variant == CANARY for row in rows) / len(rows)
        sentence = f"{share:.1%} of {len(rows)} requests, where {self.planned:.0%} were planned."
        return judged(abs(share - self.planned), limit, sentence)


def _settled(record: RunRecord, rollout: str, phase: str) -> list[RequestRow]:
    """The answered requests of a phase that were sent while every instance had the weight that it began with."""
    span = phase_span(record, phase)
    if span is None:
        return []
    first = next(iter(canary_requests(record, span.started_at, span.ended_at)), None)
    since = span.ended_at if first is None else first.sent_at + SPREAD
    later = [change.at for change in changes_during(record, rollout, span) if change.at > since]
    until = min(later, default=span.ended_at)
    return [row for row in record.requests if row.variant and row.phase == phase and since <= row.sent_at < until]
