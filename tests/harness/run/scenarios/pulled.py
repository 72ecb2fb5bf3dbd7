"""A lever that is pulled and put back."""

from harness.cli.wiring import ConductedShape, ScenarioUser
from harness.criteria.lever import AuditComplete, TimeToTakeEffect, TimeToUndo
from harness.plan.effect import Effect
from harness.plan.operation import Pull
from harness.plan.requests import embed
from harness.plan.scenario import Phase, Scenario
from harness.record import Outcome

__all__ = ["ConductedShape", "Pulled"]  # what Locust looks for

browned_out = Effect(requests=("embed",), outcome=Outcome.FALLBACK, reason="brownout")


class Pulled(ScenarioUser):
    """Long phases, since a command takes its time on a busy machine."""

    scenario = Scenario(
        name="pulled",
        title="A lever is pulled and put back",
        phases=[
            Phase(name="brownout", seconds=6, rate=20, operations=[Pull(command=("brownout", "on"))]),
            Phase(name="put back", seconds=6, rate=20, operations=[Pull(command=("brownout", "off"))]),
        ],
        requests=[embed],
        criteria=[
            TimeToTakeEffect(phase="brownout", effect=browned_out, at_most=60),
            TimeToUndo(phase="put back", effect=browned_out, at_most=60),
            AuditComplete(over=("brownout", "put back"), by="drill"),
        ],
    )
