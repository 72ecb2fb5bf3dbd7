"""A scenario's plan in words, for `--dry-run`."""

from collections.abc import Iterator, Sequence

from harness.plan.arrivals import part_phases, part_plan
from harness.plan.fault_text import describe
from harness.plan.requests import RequestKind
from harness.plan.scenario import Scenario
from harness.record import Part


def plan_text(scenario: Scenario) -> str:
    """Every phase with its load and faults, then what is asked of it."""
    return "\n".join(_lines(scenario))


def _lines(scenario: Scenario) -> Iterator[str]:
    yield f"{scenario.name}: {scenario.title} (seed {scenario.seed})"
    for part in Part:
        phases = part_phases(scenario, part)
        if not phases:
            continue
        yield f"  {'with' if part is Part.MAIN else 'without'} the reliability layer:"
        counts = [arrival.phase for arrival in part_plan(scenario, part)]
        starts_at = 0.0
        for phase in phases:
            load = f"{counts.count(phase.name):>5} requests at {phase.rate:g}/s, {phase.arrivals}"
            yield f"    {starts_at:>5.0f} s  {phase.name:<24} {phase.seconds:>4.0f} s  {load}"
            yield from (f"{'':>13}fault: {describe(fault)}" for fault in phase.faults)
            if phase.requests is not None:
                yield f"{'':>13}sends {_mix(phase.requests)}"
            starts_at += phase.seconds
    yield f"  sends {_mix(scenario.requests)}"
    yield from (f"  asks {criterion.name}" for criterion in scenario.criteria)


def _mix(kinds: Sequence[RequestKind]) -> str:
    total = sum(kind.weight for kind in kinds)
    return ", ".join(f"{kind.name} {kind.weight / total:.0%}" for kind in kinds)
