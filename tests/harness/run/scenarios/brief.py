"""A few seconds of everything: a healthy phase, a fault, the twin."""

from harness.cli.wiring import ConductedShape, ScenarioUser
from harness.criteria.time_to_open import TimeToOpen
from harness.plan.requests import embed, publish_event, read_document
from harness.plan.scenario import Fault, FaultMode, Phase, Scenario

__all__ = ["Brief", "ConductedShape"]  # what Locust looks for

provider_errors = Phase(
    name="provider errors", seconds=2, rate=40, faults=[Fault(dependency="embeddings", mode=FaultMode.ERROR)]
)


class Brief(ScenarioUser):
    """Runs in a few seconds."""

    scenario = Scenario(
        name="brief",
        title="A few seconds of everything",
        phases=[Phase(name="healthy", seconds=1, rate=40), provider_errors],
        contrast=[Phase(name="healthy", seconds=1, rate=40)],
        requests=[embed.weighted(8), read_document.weighted(1), publish_event.weighted(1)],
        criteria=[TimeToOpen(breaker="embeddings:stable", phase="provider errors", at_most=2.0)],
    )
