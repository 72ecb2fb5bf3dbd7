"""From a value and its limit to a finding: the one place where a verdict is chosen.

The value alone decides, even where its interval reaches over the limit: a run of minutes has few samples, and a verdict
that waits for an interval clear of the limit would be no verdict most of the time. How sure the value is, the interval
beside it shows. Inconclusive is what had too few samples for any value.
"""

import dataclasses
from collections.abc import Sequence

from harness.criteria.criterion import Bound, Finding, Verdict


@dataclasses.dataclass(frozen=True, kw_only=True)
class Limit:
    """What a value is held against."""

    value: float
    bound: Bound
    unit: str

    def holds(self, value: float) -> bool:
        """Whether a value is within the limit."""
        return value <= self.value if self.bound is Bound.AT_MOST else value >= self.value

    def used(self, value: float) -> float | None:
        """Which share of what the limit allows a value uses up; None where the limit allows nothing.

        What an AT_LEAST of a ratio allows is its error budget: 0.98 uses 2 of the 5 percent that 0.95 allows.
        """
        spent, allowed = (value, self.value) if self.bound is Bound.AT_MOST else (1 - value, 1 - self.value)
        return spent / allowed if allowed > 0 else None


def judged(
    value: float,
    limit: Limit,
    sentence: str,
    *,
    interval: tuple[float, float] | None = None,
    evidence: Sequence[str] = (),
) -> Finding:
    """Pass or fail, by the value alone; the interval is shown beside."""
    return _finding(
        Verdict.PASS if limit.holds(value) else Verdict.FAIL,
        limit,
        sentence,
        value=value,
        interval=interval,
        used=limit.used(value),
        evidence=list(evidence),
    )


def failed(limit: Limit, sentence: str, *, evidence: Sequence[str] = ()) -> Finding:
    """A failure that has no value: what had to happen never did."""
    return _finding(Verdict.FAIL, limit, sentence, evidence=list(evidence))


def inconclusive(limit: Limit, sentence: str, *, value: float | None = None) -> Finding:
    """Too little was observed; the value, if any, is shown and counts for nothing."""
    return _finding(Verdict.INCONCLUSIVE, limit, sentence, value=value)


def not_asked(limit: Limit, sentence: str) -> Finding:
    """The run lacked what the question needs."""
    return _finding(Verdict.NOT_ASKED, limit, sentence)


def _finding(
    verdict: Verdict,
    limit: Limit,
    sentence: str,
    *,
    value: float | None = None,
    interval: tuple[float, float] | None = None,
    used: float | None = None,
    evidence: list[str] | None = None,
) -> Finding:
    return Finding(
        verdict=verdict,
        sentence=sentence,
        value=value,
        interval=interval,
        limit=limit.value,
        bound=limit.bound,
        unit=limit.unit,
        used=used,
        evidence=evidence or [],
    )
