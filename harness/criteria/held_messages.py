"""Whether an agent's quarantine holds: nothing is delivered meanwhile, and everything afterwards."""

import dataclasses
from http import HTTPStatus

from harness.criteria.criterion import Bound, Finding
from harness.criteria.judgement import Limit, failed, inconclusive, judged, not_asked
from harness.evidence.pulls import pulled_in
from harness.evidence.testimony import requests_of, was_answered
from harness.plan.scenario import PROVIDER
from harness.record import RunRecord

FEWEST = 10
"""Accepted events, without which nothing can be said."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class TimeUntilHeld:
    """From the quarantine, by the audit, until the last delivery of an event began."""

    phase: str  # that begins with the quarantine
    publishing: str  # the kind of request that publishes
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
        pulled = pulled_in(record, self.phase)
        if pulled is None:
            return not_asked(limit, "No lever was pulled.")
        if pulled.changed_at is None:
            return failed(limit, f"{pulled.pull.command} ended with {pulled.pull.exit_code}: {pulled.pull.said}.")
        published = {row.request_id for row in record.requests if row.request == self.publishing}
        late = [
            row.arrived_at - pulled.changed_at
            for row in record.attempts
            if row.request_id in published
            and row.dependency == PROVIDER
            and pulled.changed_at <= row.arrived_at < pulled.span.ended_at
        ]
        accepted = _accepted(record, self.phase, self.publishing)
        if len(accepted) < FEWEST:
            return inconclusive(limit, f"{len(accepted)} events were accepted meanwhile; expected {FEWEST}.")
        sentence = f"{len(late)} deliveries began after it, while {len(accepted)} events were accepted."
        return judged(max(late, default=0.0), limit, sentence)


@dataclasses.dataclass(frozen=True, kw_only=True)
class NothingLost:
    """Events that were accepted during the quarantine and not delivered by the end of the run."""

    phase: str  # of the quarantine
    publishing: str
    at_most: int = 0

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return f"lost while held · {self.phase}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.phase,)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="events")
        accepted = _accepted(record, self.phase, self.publishing)
        if len(accepted) < FEWEST:
            return inconclusive(limit, f"{len(accepted)} events were accepted meanwhile; expected {FEWEST}.")
        delivered = {row.request_id for row in record.attempts if row.dependency == PROVIDER and was_answered(row)}
        lost = sorted(set(accepted) - delivered)
        sentence = f"{len(accepted) - len(lost)} of {len(accepted)} events were delivered afterwards."
        return judged(len(lost), limit, sentence, evidence=lost[:3])


def _accepted(record: RunRecord, phase: str, publishing: str) -> list[str]:
    return [row.request_id for row in requests_of(record, phase, (publishing,)) if row.status == HTTPStatus.ACCEPTED]
