from datetime import timedelta

import pytest

from service.reliability.invalid_configuration import InvalidConfigurationError
from service.reliability.rollout import (
    Rollout,
    RolloutStatus,
    RolloutTransitionError,
    decided,
    pause,
    promote,
    resume,
    roll_back,
    start,
)
from service.reliability.rollout_config import RolloutConfig
from service.reliability.rollout_verdict import Action, Decision, Verdict
from service.reliability.slo import Slo
from service.reliability.traffic_split import is_canary, place
from tests.unit.reliability.rollouts import CONFIG, act, started


def after(rollout: Rollout, action: Action, at: float = 10.0) -> Rollout:
    return decided(rollout, Decision(verdict=Verdict.PASS, action=action, reason="so"), act(at))


def test_a_rollout_starts_on_its_first_step() -> None:
    rollout = started(at=3.0)
    assert (rollout.status, rollout.weight, rollout.generation) == (RolloutStatus.RUNNING, 0.1, 1)
    assert (rollout.started_at, rollout.elapsed(5.0)) == (3.0, 2.0)
    assert (rollout.name, rollout.salt) == ("embeddings", "embeddings:1")


def test_a_rollout_can_start_on_a_later_step() -> None:
    assert started(step=0.5).weight == 0.5


def test_there_is_no_other_step_to_start_on() -> None:
    with pytest.raises(RolloutTransitionError, match=r"step is 0\.2; expected one of 0\.1, 0\.5, 1"):
        started(step=0.2)


def test_a_rollout_does_not_start_while_one_runs() -> None:
    for running in (started(), pause(started(), act()), after(started(), Action.HOLD)):
        with pytest.raises(RolloutTransitionError, match="generation 1 is"):
            start(running, CONFIG, "embeddings", act())


def test_each_start_makes_a_new_generation_with_another_salt() -> None:
    again = start(roll_back(started(), act()), CONFIG, "embeddings", act(9.0))
    assert (again.generation, again.stage, again.status) == (2, 1, RolloutStatus.RUNNING)
    assert again.salt != started().salt


def test_steps_are_passed_up_to_success() -> None:
    rollout = started()
    weights = []
    for _ in CONFIG.steps:
        weights.append(rollout.weight)
        rollout = after(rollout, Action.STEP_UP)
    assert (weights, rollout.status, rollout.weight) == ([0.1, 0.5, 1.0], RolloutStatus.SUCCEEDED, 1.0)


def test_each_stay_is_a_stage_of_its_own() -> None:
    stages = [started().stage, after(started(), Action.STEP_UP).stage, pause(started(), act()).stage]
    assert stages == [1, 2, 2]
    assert after(started(), Action.STEP_UP, at=7.0).elapsed(8.0) == 1.0


def test_a_pause_keeps_the_weight() -> None:
    paused = pause(started(step=0.5), act())
    assert (paused.status, paused.weight) == (RolloutStatus.PAUSED, 0.5)
    assert resume(paused, act()).status is RolloutStatus.RUNNING


def test_a_hold_takes_the_first_step_and_a_release_goes_on_from_there() -> None:
    held = after(started(step=0.5), Action.HOLD)
    assert (held.status, held.weight) == (RolloutStatus.HOLDING, 0.1)
    released = after(held, Action.RELEASE)
    assert (released.status, released.weight) == (RolloutStatus.RUNNING, 0.1)


def test_a_promotion_takes_the_next_step_and_ends_a_pause() -> None:
    assert promote(pause(started(), act()), act()).weight == 0.5
    assert promote(started(step=1.0), act()).status is RolloutStatus.SUCCEEDED


def test_nobody_is_promoted_out_of_a_hold() -> None:
    with pytest.raises(RolloutTransitionError, match="it is holding; expected one of paused, running"):
        promote(after(started(), Action.HOLD), act())


@pytest.mark.parametrize(
    "rollout",
    [started(), pause(started(), act()), after(started(), Action.HOLD), after(started(step=1.0), Action.STEP_UP)],
    ids=lambda rollout: str(rollout.status),
)
def test_an_operator_can_always_roll_back(rollout: Rollout) -> None:
    assert roll_back(rollout, act()).weight == 0.0


def test_a_rolled_back_rollout_stays_so() -> None:
    rolled_back = roll_back(started(), act())
    for change, verb in ((pause, "pause"), (resume, "resume"), (promote, "promote"), (roll_back, "roll back")):
        with pytest.raises(RolloutTransitionError, match=f"cannot {verb} generation 1: it is rolled_back"):
            change(rolled_back, act())


def test_a_decision_to_do_nothing_changes_nothing() -> None:
    assert after(started(), Action.NONE) == started()


def test_a_decision_is_kept_with_what_it_led_to_and_forgotten_with_the_next_change() -> None:
    rolled_back = after(started(), Action.ROLL_BACK)
    assert (rolled_back.status, rolled_back.weight) == (RolloutStatus.ROLLED_BACK, 0.0)
    assert rolled_back.decision is not None
    assert pause(after(started(), Action.STEP_UP), act()).decision is None


def test_a_clock_that_steps_back_makes_no_negative_duration() -> None:
    assert started(at=10.0).elapsed(5.0) == 0.0


def test_a_configuration_tells_all_its_problems_at_once() -> None:
    with pytest.raises(InvalidConfigurationError) as caught:
        RolloutConfig(
            steps=(0.5, 0.1),
            minimum_hold=timedelta(seconds=5),
            maximum_duration=timedelta(seconds=1),
            minimum_requests=0,
            error_rate=0,
            slow_rate=1,
            slow_above=timedelta(0),
        )
    assert caught.value.problems == (
        "steps is (0.5, 0.1); expected ratios above 0 in ascending order, the last one 1",
        "slow_above is 0:00:00; expected more than 0 seconds",
        "minimum_hold is 0:00:05; expected at most maximum_duration, 0:00:01",
        "minimum_requests is 0; expected at least 1",
        "error_rate is 0; expected a ratio in (0, 1)",
        "slow_rate is 1; expected a ratio in (0, 1)",
    )
    assert str(caught.value).startswith("RolloutConfig cannot work: steps is (0.5, 0.1)")


@pytest.mark.parametrize(
    "steps", [(), (0.0, 1.0), (-0.1, 1.0), (0.1, 0.1, 1.0), (0.5, 0.1, 1.0), (0.1, 0.5), (0.1, 2.0)]
)
def test_steps_ascend_from_above_0_to_1(steps: tuple[float, ...]) -> None:
    with pytest.raises(InvalidConfigurationError, match="expected ratios above 0 in ascending order, the last one 1"):
        RolloutConfig(steps=steps)


@pytest.mark.parametrize("steps", [(1.0,), (1,), (0.001, 1.0)])
def test_one_step_is_enough_and_the_first_may_be_small(steps: tuple[float, ...]) -> None:
    assert RolloutConfig(steps=steps).steps == steps


def test_a_step_may_last_as_long_at_least_as_at_most_and_one_request_may_be_enough_for_it() -> None:
    minute = timedelta(minutes=1)
    config = RolloutConfig(minimum_hold=minute, maximum_duration=minute, minimum_requests=1)
    assert (config.minimum_hold, config.minimum_requests) == (config.maximum_duration, 1)


def test_each_objective_has_its_limit() -> None:
    assert [CONFIG.limit(slo) for slo in Slo] == [0.01, 0.01, 0.05]


CALLERS = [f"caller {number}" for number in range(5000)]


def test_the_share_of_the_callers_on_the_canary_is_the_weight() -> None:
    share = sum(is_canary("embeddings:1", caller, 0.1) for caller in CALLERS) / len(CALLERS)
    assert 0.08 < share < 0.12


def test_more_weight_only_moves_callers_to_the_canary() -> None:
    assert all(is_canary("s", caller, 0.5) for caller in CALLERS if is_canary("s", caller, 0.1))


def test_no_weight_is_nobody_and_all_of_it_everybody() -> None:
    assert not any(is_canary("s", caller, 0.0) for caller in CALLERS)
    assert all(is_canary("s", caller, 1.0) for caller in CALLERS)


def test_a_caller_stands_where_every_version_of_the_service_puts_it_since_two_serve_at_once() -> None:
    assert [place("embeddings:1", caller) for caller in ("ann", "bob")] == [0.10544811295975925, 0.1458425699455868]


def test_another_generation_draws_other_callers() -> None:
    first, second = ({caller for caller in CALLERS if is_canary(f"e:{n}", caller, 0.1)} for n in (1, 2))
    assert len(first & second) < len(first) / 2
