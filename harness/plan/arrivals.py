"""When which request starts: a plan made ahead by pure functions, the same for any number of workers."""

import dataclasses
import random
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from harness.plan.scenario import Arrivals, Phase, Scenario
from harness.record import Part

if TYPE_CHECKING:
    from harness.plan.requests import RequestKind

CALLERS = 5_000
"""Size of the population that requests are attributed to; one caller would make any share of callers all or nothing."""

WARM_UP = "warm-up-"
"""The beginning of the id of each request of the warm-up."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """One planned request of a part."""

    index: int  # its place in the part's plan, from 0
    at: float  # seconds after the part's start
    phase: str
    request: str  # the name of its kind
    caller: str


def part_phases(scenario: Scenario, part: Part) -> Sequence[Phase]:
    """The phases of one part of a scenario."""
    return scenario.phases if part is Part.MAIN else scenario.contrast


def part_plan(scenario: Scenario, part: Part) -> tuple[Arrival, ...]:
    """Every arrival of one part of a scenario."""
    return plan(part_phases(scenario, part), requests=scenario.requests, seed=f"{scenario.seed}/{part}")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Turn:
    """A stretch of a run in which one part has the stage: some of its phases, one after the other."""

    part: Part
    phases: tuple[str, ...]


def turns(scenario: Scenario) -> Iterator[Turn]:
    """The main part and then its contrast; where interleaved, their phases by turns: main, contrast, contrast, main.

    What drifts while a run lasts then falls on both parts alike.
    """
    if not scenario.interleaved:
        yield Turn(part=Part.MAIN, phases=tuple(phase.name for phase in scenario.phases))
        if scenario.contrast:
            yield Turn(part=Part.CONTRAST, phases=tuple(phase.name for phase in scenario.contrast))
        return
    for number, (phase, contrast) in enumerate(zip(scenario.phases, scenario.contrast, strict=True)):
        pair = [Turn(part=Part.MAIN, phases=(phase.name,)), Turn(part=Part.CONTRAST, phases=(contrast.name,))]
        yield from pair if number % 2 == 0 else reversed(pair)


def turn_plan(scenario: Scenario, turn: Turn) -> tuple[Arrival, ...]:
    """Every arrival of a turn, in seconds after the turn's start."""
    before = 0.0
    for phase in part_phases(scenario, turn.part):
        if phase.name == turn.phases[0]:
            break
        before += phase.seconds
    arrivals = (arrival for arrival in part_plan(scenario, turn.part) if arrival.phase in turn.phases)
    return tuple(dataclasses.replace(arrival, at=arrival.at - before) for arrival in arrivals)


def request_id_prefix(scenario: Scenario, part: Part) -> str:
    """The beginning of the ids of all requests of a part; the arrival's index follows."""
    return f"{scenario.name}-{scenario.seed}-{part}-"


def plan(phases: Sequence[Phase], *, requests: "Sequence[RequestKind]", seed: str) -> tuple[Arrival, ...]:
    """Every arrival of the phases, which follow each other without a pause, in the order of their instants.

    A phase draws from its own seed, so that changing one phase leaves the others as they were.
    """
    drawn: list[tuple[float, str, str, str]] = []
    starts_at = 0.0
    for phase in phases:
        kinds = requests if phase.requests is None else phase.requests
        choice = random.Random(f"{seed}/{phase.name}/requests")
        names, weights = [kind.name for kind in kinds], [kind.weight for kind in kinds]
        for at in _instants(phase, seed):
            name = choice.choices(names, weights)[0]
            drawn.append((starts_at + at, phase.name, name, f"caller-{choice.randrange(CALLERS):04d}"))
        starts_at += phase.seconds
    return tuple(
        Arrival(index=index, at=at, phase=phase, request=name, caller=caller)
        for index, (at, phase, name, caller) in enumerate(drawn)
    )


def share(arrivals: Sequence[Arrival], *, worker: int, workers: int) -> tuple[Arrival, ...]:
    """The arrivals that worker `worker` (from 0) of `workers` sends; together the workers send the whole plan."""
    return tuple(arrivals[worker::workers])


def _instants(phase: Phase, seed: str) -> Iterator[float]:
    """Seconds after the phase's start, below its length."""
    match phase.arrivals:
        case Arrivals.CONSTANT:
            # Half a gap in, so that two phases in a row keep the gap between them.
            yield from ((n + 0.5) / phase.rate for n in range(round(phase.seconds * phase.rate)))
        case Arrivals.POISSON:
            gaps = random.Random(f"{seed}/{phase.name}/gaps")
            at = gaps.expovariate(phase.rate)
            while at < phase.seconds:
                yield at
                at += gaps.expovariate(phase.rate)
