"""The criteria of the synthetic story, with limits that the right behaviour keeps."""

from harness.criteria.availability import Availability
from harness.criteria.calls_while_open import CallsWhileOpen
from harness.criteria.criterion import Criterion
from harness.criteria.extra_latency_while_open import ExtraLatencyWhileOpen
from harness.criteria.goodput import Goodput
from harness.criteria.latency import Latency
from harness.criteria.openings import FalseTrips, Flaps
from harness.criteria.probes_at_once import ProbesAtOnce
from harness.criteria.retry_share import RetryShare
from harness.criteria.time_to_close import TimeToClose
from harness.criteria.time_to_open import TimeToOpen
from harness.plan.requests import embed, read_document
from harness.plan.scenario import Fault, FaultMode, Phase, Scenario
from tests.harness.synthetic_phases import CONTRAST, STORY, SyntheticPhase
from tests.harness.synthetic_run import BREAKER

CRITERIA: tuple[Criterion, ...] = (
    FalseTrips(phase="healthy"),
    Latency(phase="healthy", quantile=0.99, at_most=150),
    FalseTrips(phase="caller mistakes"),
    TimeToOpen(breaker=BREAKER, phase="provider errors", at_most=0.6),
    CallsWhileOpen(breaker=BREAKER, phase="provider errors", at_most=2),
    ExtraLatencyWhileOpen(phase="provider errors", at_most=10),
    Availability(phase="provider errors", at_least=0.995),
    Goodput(phase="provider errors", requests=("read_document",), at_least=0.99),
    TimeToClose(breaker=BREAKER, after="provider errors", at_most=4.5),
    TimeToOpen(breaker=BREAKER, phase="provider hangs", at_most=1.5),
    Latency(phase="provider hangs", quantile=0.99, at_most=1500),
    Flaps(breaker=BREAKER, phase="flapping", at_most=3),
    ProbesAtOnce(breaker=BREAKER, phases=("provider errors", "provider hangs", "flapping"), at_most=3),
    RetryShare(dependency="embeddings", phase="some requests fail", at_most=0.2),
    Goodput(phase="recovered", at_least=0.99),
)

_MODES = {
    "error": FaultMode.ERROR,
    "hang": FaultMode.HANG,
    "flap": FaultMode.ERROR,
    "partial": FaultMode.ERROR,
}


def _phase(phase: SyntheticPhase) -> Phase:
    faults = [Fault(dependency="embeddings", mode=_MODES[phase.fault])] if phase.fault else []
    return Phase(name=phase.name, seconds=phase.seconds, rate=phase.rate, faults=faults)


def story() -> Scenario:
    """The scenario that the synthetic run plays."""
    return Scenario(
        name="breaker",
        title="The circuit breaker of the embeddings provider",
        phases=[_phase(phase) for phase in STORY],
        contrast=[_phase(phase) for phase in CONTRAST],
        requests=[embed.weighted(8), read_document.weighted(2)],
        criteria=CRITERIA,
    )
