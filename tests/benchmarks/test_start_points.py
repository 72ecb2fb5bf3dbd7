"""The service's own decision, put to the faults that the benchmark simulates."""

import random
import statistics

import pytest

from benchmarks.start_points import BLOCK, HEALTHY_RATE, interval_of_the_mean
from service.reliability.rollout_counts import BLOCK_SECONDS, FleetCounts, RolloutMinute
from service.reliability.rollout_decision import decide
from service.reliability.rollout_verdict import Action
from service.reliability.slo import Slo, Variant
from tests.unit.reliability.rollouts import started

ROLLOUTS = 20
CALLERS = 50
LONGEST = 5000


def requests_until_rolled_back(healthy: int, rate: float, seed: int) -> int:
    """From the fault on, while a canary of one request each tenth of a second is looked at after each bad outcome."""
    rng, counted, rollout = random.Random(seed), RolloutMinute(), started()
    for number in range(healthy + LONGEST):
        tally = counted.tally(number // BLOCK + 1, rollout.stage, Variant.CANARY)
        callers, caller = counted.callers_of(Variant.CANARY), f"caller {rng.randrange(CALLERS)}"
        tally.admitted += 1
        tally.finished += 1
        callers.saw(caller)
        if rng.random() >= (HEALTHY_RATE if number < healthy else rate):
            continue
        tally.bad[Slo.ERROR] = tally.bad.get(Slo.ERROR, 0) + 1
        callers.suffered(caller, Slo.ERROR)
        decision = decide(rollout, FleetCounts([counted], instances=1), now=number * BLOCK_SECONDS / BLOCK)
        if decision.action is Action.ROLL_BACK and number >= healthy:
            return number + 1 - healthy
    raise AssertionError(f"not rolled back within {LONGEST} requests")


@pytest.mark.parametrize(("healthy", "rate"), [(0, 0.5), (500, 0.2), (500, 0.1)])
def test_rollouts_are_rolled_back_as_soon_as_the_benchmark_expects(healthy: int, rate: float) -> None:
    low, high = interval_of_the_mean(healthy, rate, rollouts=ROLLOUTS)
    found = [requests_until_rolled_back(healthy, rate, seed) for seed in range(ROLLOUTS)]
    assert low <= statistics.fmean(found) <= high
