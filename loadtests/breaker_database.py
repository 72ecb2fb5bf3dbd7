"""The circuit breaker of the document database: nothing can answer in its place, so callers are told at once."""

from harness.cli.wiring import ConductedShape, ScenarioUser
from harness.criteria.calls_while_open import CallsWhileOpen
from harness.criteria.extra_latency_while_open import ExtraLatencyWhileOpen
from harness.criteria.goodput import Goodput
from harness.criteria.shed_has_retry_after import ShedHasRetryAfter
from harness.criteria.time_to_close import TimeToClose
from harness.criteria.time_to_open import TimeToOpen
from harness.plan.requests import create_document, embed, read_document
from harness.plan.scenario import Fault, FaultMode, Phase, Scenario

__all__ = ["BreakerDatabase", "ConductedShape"]  # what Locust looks for

DATABASE = "document_database"


class BreakerDatabase(ScenarioUser):
    """The database fails; requests that need it are shed, the others do not notice."""

    scenario = Scenario(
        name="breaker-database",
        title="The document database fails and recovers",
        # A gate that shuts would spare the breaker all calls: here it is to stand alone.
        settings={"HEALTH_GATE_INTERVAL_SECONDS": "600"},
        requests=[read_document.weighted(6), create_document.weighted(1), embed.weighted(3)],
        phases=[
            Phase(name="healthy", seconds=3, rate=40),
            Phase(
                name="database errors",
                seconds=5,
                rate=40,
                faults=[Fault(dependency=DATABASE, mode=FaultMode.ERROR)],
            ),
            Phase(name="recovers from errors", seconds=5, rate=40),
            Phase(name="database hangs", seconds=4, rate=40, faults=[Fault(dependency=DATABASE, mode=FaultMode.HANG)]),
            Phase(name="recovers from hanging", seconds=5, rate=40),
        ],
        criteria=[
            TimeToOpen(breaker=DATABASE, phase="database errors", at_most=0.5),
            # None is the rule; two are left for attempts that a busy machine delivers late.
            CallsWhileOpen(breaker=DATABASE, phase="database errors", at_most=2),
            # 5 ms when idle, 50 ms beside three other load tests; to wait for the dependency takes 250 ms at least.
            ExtraLatencyWhileOpen(phase="database errors", at_most=150),
            ShedHasRetryAfter(phase="database errors"),
            Goodput(phase="database hangs", requests=("embed",), at_least=0.98),
            TimeToClose(breaker=DATABASE, after="database hangs", at_most=4.6),
        ],
    )
