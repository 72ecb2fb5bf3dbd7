"""What the reliability layer costs when nothing fails: the same traffic with and without it, in turns."""

from harness.cli.wiring import ConductedShape, ScenarioUser
from harness.criteria.goodput import Goodput
from harness.criteria.overhead import CpuRatio, LatencyRatio
from harness.plan.requests import embed, read_document
from harness.plan.scenario import Phase, Scenario

__all__ = ["ConductedShape", "Overhead"]  # what Locust looks for

BLOCKS = [Phase(name=f"block {number}", seconds=3, rate=150) for number in range(1, 5)]
NAMES = tuple(block.name for block in BLOCKS)


class Overhead(ScenarioUser):
    """Four blocks each, at one rate."""

    scenario = Scenario(
        name="overhead",
        title="The layer's price while all is well",
        requests=[embed.weighted(5), read_document.weighted(5)],
        phases=BLOCKS,
        contrast=BLOCKS,
        interleaved=True,
        criteria=[
            CpuRatio(phases=NAMES, at_most=1.6),
            LatencyRatio(phases=NAMES, at_most=2.9),
            Goodput(phase=NAMES[-1], at_least=0.99),
        ],
    )
