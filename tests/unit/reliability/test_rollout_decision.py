from typing import Any

import pytest

from service.reliability.rollout import Rollout, decided, pause, roll_back
from service.reliability.rollout_counts import Callers, FleetCounts, RolloutMinute, Tally, block_at
from service.reliability.rollout_decision import HELD_AT_MOST, STABLE_WINDOW, UNREADABLE_AT_MOST, decide, evidence
from service.reliability.rollout_verdict import LEAST, Action, Decision, Verdict
from service.reliability.slo import Slo, Variant
from tests.unit.reliability.rollouts import act, counts, row, started

STABLE: dict[str, Any] = {"variant": "stable", "admitted": 100}


def held(at: float = 0.0) -> Rollout:
    return decided(
        started(step=0.5), Decision(verdict=Verdict.INCONCLUSIVE, action=Action.HOLD, reason="shared"), act(at)
    )


def test_nothing_counted_is_inconclusive() -> None:
    decision = decide(started(), counts(), now=1.0)
    assert (decision.verdict, decision.action) == (Verdict.INCONCLUSIVE, Action.NONE)


@pytest.mark.parametrize("slo", Slo)
def test_a_canary_that_breaks_one_objective_is_rolled_back(slo: Slo) -> None:
    decision = decide(started(), counts({"admitted": 20, slo: 12}, STABLE), now=1.0)
    assert (decision.verdict, decision.action, decision.instances) == (Verdict.FAIL, Action.ROLL_BACK, 2)
    assert decision.slo is not None
    assert (decision.slo.slo, decision.slo.n, decision.slo.k) == (slo, 20, 12)
    assert (decision.slo.stable_n, decision.slo.stable_k) == (100, 0)
    limit = "0.05" if slo is Slo.FIRST_ATTEMPT else "0.01"
    assert decision.reason == f"{slo}: 12 of 20 canary requests; the limit is {limit}"
    assert decision.slo.log_evidence >= decision.slo.log_limit


def test_requests_in_flight_count_as_admitted_and_not_as_bad() -> None:
    decision = decide(started(), counts({"admitted": 300, "finished": 3, "error": 3}, STABLE), now=1.0)
    assert decision.action is Action.NONE


def test_one_broken_client_is_not_a_broken_canary() -> None:
    one_caller = counts({"admitted": 20, "error": 20, "bad_callers": 1}, STABLE)
    assert decide(started(), one_caller, now=1.0).action is Action.NONE


def test_a_canary_with_one_caller_is_judged_by_it() -> None:
    callers = Callers()
    callers.saw("only")
    callers.suffered("only", Slo.ERROR)
    assert callers.many(Slo.ERROR)
    assert not callers.many(Slo.SLOW)


def test_three_callers_are_enough_and_no_more_are_kept() -> None:
    callers = Callers()
    for number in range(10):
        callers.saw(f"{number}")
        callers.suffered(f"{number}", Slo.SLOW)
    assert (len(callers.seen), len(callers.bad[Slo.SLOW]), callers.many(Slo.SLOW)) == (3, 3, True)


def test_a_shared_outage_is_held_and_names_what_the_stable_side_suffers() -> None:
    outage = counts({"admitted": 20, "error": 20}, STABLE | {"error": 100})
    decision = decide(started(step=0.5), outage, now=1.0)
    assert (decision.verdict, decision.action) == (Verdict.INCONCLUSIVE, Action.HOLD)
    assert decision.reason == "error: 20 of 20 canary requests, but 100 of 100 stable ones too"


def test_with_nobody_left_on_the_stable_side_an_outage_is_the_canarys() -> None:
    assert decide(started(step=1.0), counts({"admitted": 20, "error": 20}), now=1.0).action is Action.ROLL_BACK


def test_a_pause_does_not_stop_a_rollback() -> None:
    paused = pause(started(), act())
    assert decide(paused, counts({"admitted": 20, "error": 12}, STABLE), now=1.0).action is Action.ROLL_BACK


def test_a_pause_stops_everything_else() -> None:
    paused = pause(started(), act())
    flawless = counts({"admitted": 900, "stage": paused.stage}, STABLE)
    outage = counts({"admitted": 20, "error": 20}, STABLE | {"error": 100})
    assert decide(paused, flawless, now=99.0).reason == "it is paused"
    assert decide(paused, outage, now=1.0).action is Action.NONE


def test_a_hold_ends_when_the_stable_side_was_well_for_its_window() -> None:
    well = counts({**STABLE, "block": 7})
    assert decide(held(), well, now=STABLE_WINDOW - 1).reason == "it holds for 30 s at least"
    decision = decide(held(), well, now=STABLE_WINDOW)
    assert (decision.verdict, decision.action) == (Verdict.INCONCLUSIVE, Action.RELEASE)
    assert decision.reason == "the stable side kept its objectives for 30 s"


def test_twenty_requests_are_enough_to_see_that_the_stable_side_is_well_and_its_limit_is_not_trouble() -> None:
    few, at_its_limit = {"variant": "stable", "admitted": 20}, STABLE | {"error": 1}
    for entry in (few, at_its_limit):
        assert decide(held(), counts({**entry, "block": 7}), now=31.0).action is Action.RELEASE
    fewer = counts({**few, "admitted": 19, "block": 7})
    assert decide(held(), fewer, now=31.0).reason == "the stable side had 19 requests in 30 s"


def test_a_hold_does_not_end_by_what_the_canary_serves_or_the_stable_side_served_long_ago() -> None:
    elsewhere = counts({"admitted": 100, "block": 21}, STABLE)
    assert decide(held(), elsewhere, now=101.0).reason == "the stable side had 0 requests in 30 s"


def test_a_hold_goes_on_while_the_stable_side_is_in_trouble_or_not_to_be_seen() -> None:
    unwell = counts({**STABLE, "block": 7, "error": 2})
    assert decide(held(), unwell, now=31.0).reason == "error: 2 of 100 stable requests in 30 s"
    assert decide(held(), counts(), now=31.0).reason == "the stable side had 0 requests in 30 s"


def test_a_hold_that_lasts_too_long_ends_in_a_rollback() -> None:
    decision = decide(held(), counts(), now=HELD_AT_MOST)
    assert (decision.verdict, decision.action) == (Verdict.FAIL, Action.ROLL_BACK)
    assert decision.reason == "the stable side did not recover within 300 s"


def test_what_a_hold_has_waited_for_does_not_bring_the_next_one() -> None:
    released = decided(held(), Decision(verdict=Verdict.PASS, action=Action.RELEASE, reason="well"), act(40.0))
    outage = counts({"admitted": 20, "error": 20}, STABLE | {"error": 100})
    assert decide(released, outage, now=41.0).action is Action.NONE


def test_no_step_is_passed_before_the_minimum_hold() -> None:
    flawless = counts({"admitted": 1000}, STABLE)
    assert decide(started(), flawless, now=4.9).reason == "the step lasts 5 s at least"
    decision = decide(started(), flawless, now=5.0)
    assert (decision.verdict, decision.action) == (Verdict.PASS, Action.STEP_UP)


@pytest.mark.parametrize("slo", Slo)
def test_a_canary_at_its_limit_passes_no_step_by_evidence(slo: Slo) -> None:
    at_its_limit = counts({"admitted": 1000, slo: 50 if slo is Slo.FIRST_ATTEMPT else 10}, STABLE)
    assert decide(started(), at_its_limit, now=6.0).reason.endswith("of 20 for the step")


def test_a_step_is_passed_by_evidence_of_finished_requests() -> None:
    assert (
        decide(started(), counts({"admitted": 417}), now=6.0).reason == "passed by evidence: 417 requests on this step"
    )
    in_flight = counts({"admitted": 600, "finished": 416})
    assert decide(started(), in_flight, now=6.0).reason.startswith("evidence 20 of 20")


def test_only_what_the_step_itself_saw_counts_for_it() -> None:
    assert decide(started(), counts({"admitted": 1000, "stage": 0}), now=6.0).action is Action.NONE


def test_after_its_longest_time_a_step_is_passed_with_requests_enough() -> None:
    assert decide(started(), counts({"admitted": 50}), now=20.0).reason == "passed by time: 50 requests on this step"
    assert decide(started(), counts({"admitted": 49}), now=20.0).reason == "49 of 50 requests on this step"


def test_no_step_is_passed_by_time_on_some_evidence_against_the_canary() -> None:
    some = counts({"admitted": 60, "error": 3}, STABLE)
    assert decide(started(), some, now=20.0).reason == "there is some evidence against the canary"


def test_counts_that_cannot_be_read_hold_the_step_and_then_go_back_to_the_first() -> None:
    first = decide(started(step=0.5), None, now=1.0, unreadable_for=UNREADABLE_AT_MOST)
    assert (first.verdict, first.action) == (Verdict.ERROR, Action.NONE)
    assert first.reason == "the counts could not be read for 60 s"
    assert decide(started(), None, now=1.0).reason == "the counts could not be read for 0 s"
    later = decide(started(step=0.5), None, now=1.0, unreadable_for=UNREADABLE_AT_MOST + 1)
    assert (later.verdict, later.action) == (Verdict.ERROR, Action.HOLD)
    assert decide(started(), None, now=1.0, unreadable_for=99.0).action is Action.NONE


def test_nothing_is_decided_about_what_is_over() -> None:
    decision = decide(roll_back(started(), act()), None, now=1.0)
    assert (decision.verdict, decision.action) == (Verdict.INCONCLUSIVE, Action.NONE)
    assert decision.reason == "it is rolled_back"


def test_from_fifty_stable_requests_on_evidence_cannot_begin_where_there_are_none() -> None:
    def against(stable: int) -> float:
        seen = counts({"variant": "stable", "admitted": stable}, {"admitted": 10, "error": 10, "block": 2})
        return evidence(started(), seen, Slo.ERROR, now=6.0).log_evidence

    assert against(50) < against(49)
    assert against(49) == against(48)


def test_evidence_that_can_tell_nothing_is_still_a_number() -> None:
    decision = decide(started(), counts({"admitted": 20, "error": 12}, {"variant": "stable", "admitted": 100}), now=1.0)
    assert decision.slo is not None
    assert decision.slo.log_evidence > LEAST


def test_the_fleets_counts_are_the_sum_of_all_rows_in_any_order() -> None:
    rows = [row({"admitted": 20, "error": 2}, STABLE), row({"admitted": 30, "block": 2}), row({"admitted": 5})]
    forward, backward = FleetCounts(rows, instances=2), FleetCounts(reversed(rows), instances=2)
    assert forward.blocks(Slo.ERROR) == backward.blocks(Slo.ERROR) == [(1, (25, 2, 100, 0)), (2, (30, 0, 0, 0))]


def test_a_tally_grows_by_what_another_has_counted() -> None:
    tally = Tally(20, 18, {Slo.ERROR: 2})
    tally.add(Tally(5, 4, {Slo.ERROR: 1, Slo.SLOW: 3}))
    assert tally == Tally(25, 22, {Slo.ERROR: 3, Slo.SLOW: 3})


def test_what_rows_tell_of_one_block_is_added_up() -> None:
    first, second = {"admitted": 20, "finished": 18, "error": 2}, {"admitted": 5, "finished": 4, "error": 1, "slow": 3}
    fleet = FleetCounts([row(first), row(second)], instances=2)
    assert fleet.of_stage(1, Variant.CANARY) == Tally(25, 22, {Slo.ERROR: 3, Slo.SLOW: 3})


def test_blocks_are_taken_from_the_first_to_the_last_and_of_one_variant() -> None:
    fleet = counts(*({"admitted": 10**block, "block": block} for block in range(1, 6)), {**STABLE, "block": 3})
    assert fleet.of_blocks(2, 4, Variant.CANARY).admitted == 11100
    assert fleet.of_blocks(2, 4, Variant.STABLE).admitted == 100


def test_callers_that_different_rows_know_are_known_together_and_by_variant() -> None:
    minutes = [RolloutMinute(), RolloutMinute(), RolloutMinute()]
    for number, minute in enumerate(minutes[:2]):
        minute.callers_of(Variant.CANARY).saw(f"{number}")
        minute.callers_of(Variant.STABLE).suffered(f"{number}", Slo.ERROR)
    minutes[2].callers_of(Variant.CANARY).suffered("0", Slo.ERROR)
    assert not FleetCounts(minutes, instances=3).many_callers(Slo.ERROR)
    minutes[1].callers_of(Variant.CANARY).suffered("1", Slo.ERROR)
    assert FleetCounts(minutes, instances=3).many_callers(Slo.ERROR)


def test_a_row_of_another_instance_is_not_changed_by_summing_it() -> None:
    one = row({"admitted": 20, "error": 2})
    FleetCounts([one, row({"admitted": 20})], instances=2)
    assert FleetCounts([one], instances=1).blocks(Slo.ERROR) == [(1, (20, 2, 0, 0))]


def test_blocks_last_five_seconds_from_the_generations_start() -> None:
    assert [block_at(now, 100.0) for now in (100.0, 104.9, 105.0, 95.0)] == [1, 1, 2, 1]
