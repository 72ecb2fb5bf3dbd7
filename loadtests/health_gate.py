"""The health gates: does an instance take itself out when it cannot work, and stay in when it can?"""

from harness.cli.wiring import ConductedShape, ScenarioUser
from harness.criteria.goodput import Goodput
from harness.criteria.passes_before_ready import PassesBeforeReady
from harness.criteria.readiness_kept import StaysNotReady, StaysReady
from harness.criteria.readiness_lost import TimeToNotReady, TimeToReady
from harness.criteria.shed_while_not_ready import WorkWhileNotReady
from harness.plan.requests import embed, health, live, read_document
from harness.plan.scenario import Fault, FaultMode, Phase, Scenario

__all__ = ["ConductedShape", "HealthGate"]  # what Locust looks for

DATABASE, QUEUE, PROVIDER = "document_database", "event_queue", "embeddings"


def phase(name: str, seconds: float, *faults: Fault) -> Phase:
    """A phase of this scenario."""
    return Phase(name=name, seconds=seconds, rate=40, faults=faults)


class HealthGate(ScenarioUser):
    """What is critical fails, flaps and hangs; what is not critical fails as well."""

    scenario = Scenario(
        name="health-gate",
        title="Dependencies fail, and instances take themselves out and come back",
        requests=[read_document.weighted(5), embed.weighted(3), live.weighted(2), health.weighted(2)],
        phases=[
            phase("healthy", 3),
            phase("provider fails", 5, Fault(dependency=PROVIDER, mode=FaultMode.ERROR)),
            phase("database fails", 5, Fault(dependency=DATABASE, mode=FaultMode.ERROR)),
            phase("database is back", 6),
            # On for 1.5 s, off for 1.5 s: never long enough for three checks, a second apart.
            phase("database flaps", 9, Fault(dependency=DATABASE, mode=FaultMode.ERROR, period=1.5)),
            phase("database is steady", 6),
            phase("queue hangs", 5, Fault(dependency=QUEUE, mode=FaultMode.HANG)),
            phase("queue is back", 6),
            phase("recovered", 3),
        ],
        criteria=[
            StaysReady(dependency=PROVIDER, phase="provider fails"),
            # A round begins each second, and where in it the fault falls decides: 2.5 times the worst of ten draws.
            TimeToNotReady(dependency=DATABASE, phase="database fails", at_most=2.5),
            WorkWhileNotReady(phase="database fails", at_most=0),
            Goodput(phase="database fails", requests=("live", "health"), at_least=0.98),
            TimeToReady(dependency=DATABASE, after="database fails", at_most=5.0),
            PassesBeforeReady(gate=DATABASE, phase="database is back", at_least=3),
            StaysNotReady(dependency=DATABASE, phase="database flaps"),
            TimeToNotReady(dependency=QUEUE, phase="queue hangs", at_most=3.0),
            Goodput(phase="recovered", at_least=0.98),
        ],
    )
