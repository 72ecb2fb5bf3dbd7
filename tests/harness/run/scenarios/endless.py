"""A run that a test ends."""

from harness.cli.wiring import ConductedShape, ScenarioUser
from harness.plan.requests import embed
from harness.plan.scenario import Fault, FaultMode, Phase, Scenario

__all__ = ["ConductedShape", "Endless"]  # what Locust looks for


class Endless(ScenarioUser):
    """Ends by a signal."""

    scenario = Scenario(
        name="endless",
        title="Until somebody ends it",
        phases=[
            Phase(name="healthy", seconds=1, rate=20),
            Phase(
                name="failing",
                seconds=300,
                rate=20,
                faults=[Fault(dependency="document_database", mode=FaultMode.ERROR)],
            ),
        ],
        requests=[embed],
        criteria=[],
    )
