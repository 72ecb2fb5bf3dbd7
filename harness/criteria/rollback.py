"""How soon a bad canary is rolled back, whom it reached until then, and that nobody is sent to it again."""

import dataclasses

from harness.criteria.criterion import Bound, Finding
from harness.criteria.judgement import Limit, failed, inconclusive, judged, not_asked
from harness.evidence.rollout_history import Change, canary_requests, changes_during
from harness.evidence.testimony import fault_span, phase_span
from harness.plan.scenario import PROVIDER
from harness.record import Outcome, RunRecord

ROLLED_BACK = frozenset({"rollout_rolled_back"})
FEWEST = 20
"""Requests in a phase, without which it is no wonder that none went to the canary."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class TimeToRollBack:
    """From the start of the canary's fault to the decision. Never is a failure, and so is another objective's doing."""

    rollout: str
    phase: str
    at_most: float  # seconds
    slos: tuple[str, ...] = ()  # that may have decided; () stands for any

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return f"time to roll back · {self.phase}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.phase,)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="s")
        fault = fault_span(record, self.phase, PROVIDER)
        if fault is None:
            return not_asked(limit, "No fault of the canary was active.")
        decision = _decision(record, self.rollout, self.phase)
        if decision is None:
            count = len(canary_requests(record, fault.started_at, fault.ended_at))
            if count < FEWEST:
                return inconclusive(limit, f"The canary answered {count} requests; expected {FEWEST}.")
            return failed(limit, f"Never rolled back, although the canary answered {count} requests under its fault.")
        if self.slos and decision.slo not in self.slos:
            expected = " or ".join(self.slos)
            return failed(limit, f"{decision.slo} decided; expected {expected}.", evidence=[decision.event])
        seconds = decision.at - fault.started_at
        return judged(
            seconds, limit, f"Rolled back after {seconds:.2f} s: {decision.reason}.", evidence=[decision.event]
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Exposure:
    """Callers' requests that the failing canary answered, from its fault until the last one was sent to it."""

    rollout: str
    phase: str
    at_most: int
    needed: int  # that the rule needs after so much health, by docs/rollback.md; the others come until all have heard

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return f"requests to the bad canary · {self.phase}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.phase,)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="requests")
        fault, decision = fault_span(record, self.phase, PROVIDER), _decision(record, self.rollout, self.phase)
        if fault is None:
            return not_asked(limit, "No fault of the canary was active.")
        exposed = canary_requests(record, fault.started_at, fault.ended_at)
        if not exposed:
            return inconclusive(limit, "No request went to the canary.")
        hurt = sum(row.outcome is not Outcome.SERVED for row in exposed)
        before = sum(decision is not None and row.sent_at < decision.at for row in exposed)
        callers = len({row.caller for row in exposed})
        seconds = exposed[-1].sent_at - fault.started_at
        return judged(
            len(exposed),
            limit,
            f"{len(exposed)} requests of {callers} callers in {seconds:.2f} s, {before} of them before the decision,"
            f" which needs {self.needed} by its figures; {hurt} were not served.",
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class TimeToStop:
    """From the decision to roll back until the last request was sent to the canary, on whatever instance."""

    rollout: str
    phase: str
    at_most: float  # seconds

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return f"time until every instance stopped · {self.phase}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.phase,)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="s")
        span, decision = phase_span(record, self.phase), _decision(record, self.rollout, self.phase)
        if span is None:
            return not_asked(limit, "The phase did not run.")
        if decision is None:
            return inconclusive(limit, "Nothing was rolled back.")
        after = canary_requests(record, decision.at, span.ended_at)
        seconds = after[-1].sent_at - decision.at if after else 0.0
        sentence = f"{len(after)} requests went to the canary after the decision, the last one {seconds:.2f} s after."
        return judged(seconds, limit, sentence, evidence=[row.request_id for row in after[-3:]])


@dataclasses.dataclass(frozen=True, kw_only=True)
class StaysRolledBack:
    """Requests that went to the canary in a phase that began after its rollback."""

    phase: str
    at_most: int = 0

    @property
    def name(self) -> str:
        """As `Criterion`."""
        return f"stays rolled back · {self.phase}"

    @property
    def phases(self) -> tuple[str, ...]:
        """As `Criterion`."""
        return (self.phase,)

    def assess(self, record: RunRecord) -> Finding:
        """As `Criterion`."""
        limit = Limit(value=self.at_most, bound=Bound.AT_MOST, unit="requests")
        span = phase_span(record, self.phase)
        if span is None:
            return not_asked(limit, "The phase did not run.")
        answered = [row for row in record.requests if row.phase == self.phase and row.variant]
        if len(answered) < FEWEST:
            return inconclusive(limit, f"{len(answered)} requests were answered; expected {FEWEST}.")
        boots = {row.instance for row in record.journal if row.type == "instance_started" and row.at >= span.started_at}
        wrong = canary_requests(record, span.started_at, span.ended_at)
        restarted = f"{', '.join(sorted(boots)) or 'No instance'} was started anew"
        return judged(
            len(wrong),
            limit,
            f"{restarted}; {len(wrong)} of {len(answered)} requests went to the canary.",
            evidence=[row.request_id for row in wrong[:3]],
        )


def _decision(record: RunRecord, rollout: str, phase: str) -> Change | None:
    span = phase_span(record, phase)
    return None if span is None else next(iter(changes_during(record, rollout, span, ROLLED_BACK)), None)
