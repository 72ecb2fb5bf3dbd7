"""What may be loaded, how much, and when to stop by ourselves: pure rules."""

import math
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence

from harness.plan.scenario import Phase, Scenario
from harness.record import Outcome, RequestRow

MAXIMUM_REQUESTS = 500_000
"""Requests of one scenario."""

MAXIMUM_SECONDS = 1_800.0
"""Seconds of one scenario."""

LAG_LIMIT = 0.05
"""Seconds; a generator whose 99th percentile starts later than planned by more measured itself, not the target.
Idle, it starts within 2 ms; the limit leaves room for a machine that is shared."""

_ERRORS = frozenset({Outcome.FAILED, Outcome.TIMED_OUT})


def excess(scenario: Scenario) -> Iterator[str]:
    """A sentence for each ceiling that the scenario's plan exceeds."""
    if scenario.planned_requests > MAXIMUM_REQUESTS:
        yield f"{scenario.name} plans {scenario.planned_requests:.0f} requests; the ceiling is {MAXIMUM_REQUESTS}"
    if scenario.seconds > MAXIMUM_SECONDS:
        yield f"{scenario.name} plans {scenario.seconds:.0f} s; the ceiling is {MAXIMUM_SECONDS:.0f} s"


def quiet_phases(phases: Sequence[Phase]) -> frozenset[str]:
    """The names of the phases in which errors have no excuse: no fault, and none in the phase before.

    Errors right after a fault are a finding, which a criterion judges, not a reason to stop.
    """
    faulty = [False, *(bool(phase.faults) for phase in phases)]
    return frozenset(
        phase.name for phase, before in zip(phases, faulty, strict=False) if not phase.faults and not before
    )


class AbortRule:
    """Ends a run whose requests mostly fail although nobody asked the target to fail."""

    def __init__(self, phases: Sequence[Phase], *, ratio: float = 0.5, rows: int = 40) -> None:
        self._quiet = quiet_phases(phases)
        self._ratio = ratio
        self._errors: deque[bool] = deque(maxlen=rows)

    def reason(self, rows: Sequence[RequestRow]) -> str:
        """Take in finished requests; a sentence when the run must end, else an empty string."""
        self._errors.extend(row.outcome in _ERRORS for row in rows if row.phase in self._quiet)
        errors = sum(self._errors)
        if len(self._errors) < (self._errors.maxlen or 0) or errors <= self._ratio * len(self._errors):
            return ""
        return f"{errors} of the last {len(self._errors)} requests of phases without a fault failed"


def generator_lag(rows: Sequence[RequestRow], *, quantile: float = 0.99) -> float:
    """Seconds from planned to started, by default the 99th percentile; 0 without rows."""
    lags = sorted(row.sent_at - row.planned_at for row in rows)
    return lags[math.ceil(quantile * len(lags)) - 1] if lags else 0.0


_MEND = "its machine had too little time for it: end what else runs there, and run again"


def late_generator(rows: Sequence[RequestRow]) -> Iterator[str]:
    """A sentence when the generator did not keep its own plan, over the run or in one of its phases.

    A phase has too few requests for its 99th percentile to be more than one hiccup, so its 95th is asked for.
    """
    if (lag := generator_lag(rows)) > LAG_LIMIT:
        yield f"the generator started its requests late: p99 {_ms(lag)}, limit {_ms(LAG_LIMIT)} ({_MEND})"
    phases: dict[tuple[str, str], list[RequestRow]] = defaultdict(list)
    for row in rows:
        phases[row.part, row.phase].append(row)
    for (part, phase), of_phase in phases.items():
        if (lag := generator_lag(of_phase, quantile=0.95)) > LAG_LIMIT:
            yield f"the generator started late in {phase!r} ({part}): p95 {_ms(lag)}, limit {_ms(LAG_LIMIT)} ({_MEND})"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
