"""The rollout of a canary: is a bad one rolled back in time and for good, and does a good one get everyone?"""

from harness.cli.wiring import ConductedShape, ScenarioUser
from harness.criteria.goodput import Goodput
from harness.criteria.rollback import Exposure, StaysRolledBack, TimeToRollBack, TimeToStop
from harness.criteria.rollout import CallersMoved, CanaryShare, HeldNotRolledBack, ReachesEveryone
from harness.plan.operation import Operation, Restart, RolloutOperation, RolloutVerb
from harness.plan.requests import embed
from harness.plan.scenario import Fault, FaultMode, FaultPer, Phase, Scenario
from harness.targets.demo_settings import CANARY_MODEL

__all__ = ["AutoRollback", "ConductedShape"]  # what Locust looks for

ROLLOUT = PROVIDER = "embeddings"

broken = Fault(dependency=PROVIDER, model=CANARY_MODEL, mode=FaultMode.ERROR)
hidden = Fault(dependency=PROVIDER, model=CANARY_MODEL, mode=FaultMode.ERROR, share=0.2, per=FaultPer.FIRST_ATTEMPT)
ordinary = Fault(dependency=PROVIDER, model=CANARY_MODEL, mode=FaultMode.ERROR, share=0.001, per=FaultPer.FIRST_ATTEMPT)
outage = Fault(dependency=PROVIDER, mode=FaultMode.ERROR)
pause = RolloutOperation(rollout=ROLLOUT, verb=RolloutVerb.PAUSE)
roll_back = RolloutOperation(rollout=ROLLOUT, verb=RolloutVerb.ROLL_BACK)


def start(step: float) -> RolloutOperation:
    """A start on a step."""
    return RolloutOperation(rollout=ROLLOUT, verb=RolloutVerb.START, step=step)


def phase(name: str, seconds: float, *faults: Fault, operations: tuple[Operation, ...] = ()) -> Phase:
    """A phase of this scenario."""
    return Phase(name=name, seconds=seconds, rate=60, faults=faults, operations=operations)


class AutoRollback(ScenarioUser):
    """A canary that breaks, one whose retries hide that it does, an outage of both, and a good one."""

    scenario = Scenario(
        name="auto-rollback",
        title="A bad canary is rolled back, and a good one is not",
        requests=[embed.weighted(1)],
        phases=[
            phase("canary at 10 %", 10, operations=(start(0.1),)),
            phase("canary fails", 6, broken),
            phase("instance restarts", 8, operations=(Restart(instance=2),)),
            phase("canary at 50 %", 9, operations=(roll_back, start(0.5))),
            # Paused, so that it stays at 50 %; what speaks against the canary is heard all the same.
            phase("retries hide a fault", 14, hidden, operations=(pause,)),
            phase("canary once more", 4, operations=(roll_back, start(0.5))),
            phase("both models fail", 5, outage),
            phase("both are back", 39),
            phase("good canary", 34, ordinary, operations=(roll_back, start(0.5))),
        ],
        criteria=[
            # Two and a half standard deviations of so few callers: another seed draws other callers.
            CanaryShare(rollout=ROLLOUT, phase="canary at 10 %", planned=0.1, at_most=0.05),
            CallersMoved(rollout=ROLLOUT, phase="canary at 50 %"),
            Goodput(phase="canary at 10 %", at_least=0.99),
            TimeToRollBack(rollout=ROLLOUT, phase="canary fails", at_most=3.0, slos=("error", "slow")),
            # Six a second go to the canary, so this count is a time: like one, it may be three times its median.
            Exposure(rollout=ROLLOUT, phase="canary fails", at_most=15, needed=5),
            # No instance serves on a copy older than 2 s; half a second is left for a busy machine.
            TimeToStop(rollout=ROLLOUT, phase="canary fails", at_most=2.5),
            StaysRolledBack(phase="instance restarts"),
            TimeToRollBack(rollout=ROLLOUT, phase="retries hide a fault", at_most=12.0, slos=("first_attempt",)),
            HeldNotRolledBack(rollout=ROLLOUT, phase="both models fail", after="both are back"),
            ReachesEveryone(rollout=ROLLOUT, phase="good canary", at_most=33.0),
        ],
    )
