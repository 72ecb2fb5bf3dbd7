"""A scenario as a declaration: phases, faults, requests and criteria, checked before anything is sent."""

import dataclasses
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from harness.plan.operation import Operation

if TYPE_CHECKING:
    from harness.criteria.criterion import Criterion
    from harness.plan.requests import RequestKind

RATE_LIMIT = 600.0
"""Requests a second; up to here one generator process keeps its plan (p99 lag 1.3 ms)."""

FAULT_LEASE_LIMIT = 600.0
"""Seconds; no fault may be leased for longer, so no phase with a fault may be."""

FAULT_LEASE_MARGIN = 5.0
"""Seconds by which a fault's lease outlives its phase, should the harness die before it clears the fault."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")


class ScenarioError(ValueError):
    """A scenario with mistakes; `problems` holds a sentence for each of them."""

    def __init__(self, scenario: str, problems: Sequence[str]) -> None:
        super().__init__(f"Scenario {scenario!r} cannot run:\n" + "\n".join(f"  - {problem}" for problem in problems))
        self.problems = tuple(problems)


class FaultMode(StrEnum):
    """What a faulty dependency does to an attempt."""

    ERROR = "error"  # answers `status`
    SLOW = "slow"  # answers rightly, `latency` seconds later
    HANG = "hang"  # takes the attempt and never answers
    RESET = "reset"  # resets the connection
    MALFORMED = "malformed"  # answers 200 with broken JSON
    REFUSE = "refuse"  # takes no connection


class FaultPer(StrEnum):
    """Whether each attempt draws its own fate, all attempts of a request share one, or the first alone has one."""

    ATTEMPT = "attempt"
    REQUEST = "request"
    FIRST_ATTEMPT = "first_attempt"  # the first attempt of a request draws for itself, its retries meet nothing


PROVIDER = "embeddings"
"""The dependency that the simulator plays: it can fail in every mode."""

FAULT_MODES: Mapping[str, frozenset[FaultMode]] = MappingProxyType(
    {
        PROVIDER: frozenset(FaultMode),
        # The fault injector stands before these; it has no connection to break.
        "document_database": frozenset({FaultMode.ERROR, FaultMode.SLOW, FaultMode.HANG}),
        "event_queue": frozenset({FaultMode.ERROR, FaultMode.SLOW, FaultMode.HANG}),
    }
)
"""How each dependency can be made to fail."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Fault:
    """A fault of one dependency for the length of a phase."""

    dependency: str
    mode: FaultMode
    model: str | None = None  # of the provider; None: all of them
    share: float = 1.0  # ratio of the attempts (or requests) that meet it, in (0, 1]
    per: FaultPer = FaultPer.ATTEMPT
    status: int = 500
    retry_after: float | None = None  # seconds, sent with the status
    latency: float = 0.0  # seconds, for SLOW
    period: float | None = None  # seconds; set: on for one period, off for the next, …


class Arrivals(StrEnum):
    """How the planned instants of a phase are spread."""

    CONSTANT = "constant"
    POISSON = "poisson"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Phase:
    """A stretch of a scenario: a planned rate, and the faults that are active all through it."""

    name: str
    seconds: float
    rate: float  # requests a second
    faults: Sequence[Fault] = ()
    arrivals: Arrivals = Arrivals.POISSON
    requests: "Sequence[RequestKind] | None" = None  # instead of the scenario's
    operations: Sequence[Operation] = ()  # carried out when it begins, one after the other
    timeout: float = 5.0  # seconds from sending until the client gives up


@dataclasses.dataclass(frozen=True, kw_only=True)
class Scenario:
    """What is sent, what fails, and what must hold.

    `contrast` runs after `phases`, against the twin without the reliability layer; it is shown beside and never judged.
    `settings` are the target's settings for this scenario, over production's defaults.
    """

    name: str
    title: str
    phases: Sequence[Phase]
    requests: "Sequence[RequestKind]"
    criteria: "Sequence[Criterion]"
    contrast: Sequence[Phase] = ()
    interleaved: bool = False  # phases and contrast take turns, one by one
    settings: Mapping[str, str] = dataclasses.field(default_factory=lambda: MappingProxyType({}))
    seed: int = 1

    def __post_init__(self) -> None:
        """Raise ScenarioError with every problem at once."""
        if problems := [*_scenario_problems(self), *_criterion_problems(self)]:
            raise ScenarioError(self.name, problems)

    @property
    def seconds(self) -> float:
        """The planned length of all phases, those of the contrast included."""
        return sum(phase.seconds for phase in (*self.phases, *self.contrast))

    @property
    def planned_requests(self) -> float:
        """The expected number of requests over all phases."""
        return sum(phase.seconds * phase.rate for phase in (*self.phases, *self.contrast))


def _scenario_problems(scenario: Scenario) -> Iterator[str]:
    if not _NAME.fullmatch(scenario.name):
        yield f"its name is {scenario.name!r}; expected 1 to 30 of a-z, 0-9 and '-'"
    if not scenario.phases:
        yield "it has no phases"
    if scenario.interleaved and len(scenario.phases) != len(scenario.contrast):
        counts = f"{len(scenario.phases)} phases and {len(scenario.contrast)} of contrast"
        yield f"it is interleaved, with {counts}; expected as many"
    for role, phases in (("phase", scenario.phases), ("contrast phase", scenario.contrast)):
        names = [phase.name for phase in phases]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"{role} {name!r} is declared {names.count(name)} times; expected once"
        for phase in phases:
            kinds = scenario.requests if phase.requests is None else phase.requests
            yield from (f"{role} {phase.name!r}: {problem}" for problem in _phase_problems(phase, kinds))


def _phase_problems(phase: Phase, kinds: "Sequence[RequestKind]") -> Iterator[str]:
    if not 0 < phase.seconds < math.inf:
        yield f"seconds is {phase.seconds}; expected a positive number"
    if not 0 < phase.rate <= RATE_LIMIT:
        yield f"rate is {phase.rate}; expected more than 0 and at most {RATE_LIMIT:g} requests a second"
    if not 0 < phase.timeout < math.inf:
        yield f"timeout is {phase.timeout}; expected a positive number of seconds"
    longest = FAULT_LEASE_LIMIT - FAULT_LEASE_MARGIN
    if phase.faults and phase.seconds > longest:
        yield f"seconds is {phase.seconds}; a phase with faults lasts at most {longest:g}"
    if not kinds:
        yield "it sends no requests"
    for kind in kinds:
        if not 0 < kind.weight < math.inf:
            yield f"request {kind.name!r} has weight {kind.weight}; expected a positive number"
    afflicted = [f"{fault.dependency} {fault.model or ''}".strip() for fault in phase.faults]
    for name in sorted({name for name in afflicted if afflicted.count(name) > 1}):
        yield f"{name} has {afflicted.count(name)} faults at once; expected one"
    for fault in phase.faults:
        yield from (f"fault of {fault.dependency}: {problem}" for problem in _fault_problems(fault))


def _fault_problems(fault: Fault) -> Iterator[str]:
    if (modes := FAULT_MODES.get(fault.dependency)) is None:
        yield f"there is no such dependency; choose from {', '.join(FAULT_MODES)}"
    elif fault.mode not in modes:
        yield f"mode is {fault.mode}; expected one of {', '.join(sorted(modes))}"
    if fault.dependency != PROVIDER and fault.model is not None:
        yield f"model is {fault.model!r}; expected None, since only {PROVIDER} has models"
    if fault.dependency != PROVIDER and fault.per is FaultPer.FIRST_ATTEMPT:
        yield f"per is {fault.per}; expected another, since only {PROVIDER} tells first attempts apart"
    if not 0 < fault.share <= 1:
        yield f"share is {fault.share}; expected a ratio in (0, 1]"
    if fault.mode is FaultMode.SLOW and not fault.latency > 0:
        yield f"latency is {fault.latency}; a slow dependency needs a positive number of seconds"
    if fault.mode is FaultMode.ERROR and fault.status not in range(400, 600):
        yield f"status is {fault.status}; expected an error, 400 to 599"
    if fault.period is not None and not fault.period > 0:
        yield f"period is {fault.period}; expected a positive number of seconds"


def _criterion_problems(scenario: Scenario) -> Iterator[str]:
    known = [phase.name for phase in scenario.phases]
    names = [criterion.name for criterion in scenario.criteria]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"criterion {name!r} is declared {names.count(name)} times; expected once"
    for criterion in scenario.criteria:
        if not criterion.phases:
            yield f"criterion {criterion.name!r} names no phase"
        for phase in criterion.phases:
            if phase not in known:
                yield f"criterion {criterion.name!r} asks about phase {phase!r}; the phases are {', '.join(known)}"
