from typing import Any

import pytest

from harness.criteria.criterion import Criterion, Verdict
from harness.criteria.rollback import Exposure, StaysRolledBack, TimeToRollBack, TimeToStop
from harness.criteria.rollout import CallersMoved, CanaryShare, HeldNotRolledBack, ReachesEveryone
from harness.record import JournalRow, Outcome, Part, PhaseSpan, RequestRow, RunRecord
from tests.harness.rows import PHASE, record, request

ROLLOUT = "embeddings"


def change(at: float, kind: str, reason: str = "so", **detail: object) -> JournalRow:
    return JournalRow(
        instance="a",
        boot_id="boot",
        sequence=int(at * 10),
        at=at,
        type=f"rollout_{kind}",
        subject=ROLLOUT,
        reason=reason,
        detail=detail,
    )


ROLLED_BACK = change(3.0, "rolled_back", "error: 3 of 3", slo="error", status="rolled_back", weight=0.0)


def canary(at: float, **told: Any) -> RequestRow:
    return request(f"canary at {at}", at, variant="canary", **{"caller": f"caller {at}", **told})


def stable(at: float, **told: Any) -> RequestRow:
    return request(f"stable at {at}", at, variant="stable", **{"caller": f"caller {at}", **told})


def run(*rows: JournalRow, requests: list[RequestRow] | None = None, **told: Any) -> RunRecord:
    return record(journal=rows, requests=requests or [], **told)


FAILED = [canary(1.5 + number / 100, outcome=Outcome.FALLBACK) for number in range(20)]


def test_the_time_to_roll_back_counts_from_the_fault() -> None:
    criterion = TimeToRollBack(rollout=ROLLOUT, phase=PHASE, at_most=2.5, slos=("error", "slow"))
    finding = criterion.assess(run(ROLLED_BACK, requests=FAILED))
    assert finding.verdict is Verdict.PASS
    assert finding.value == pytest.approx(2.0)


def test_a_rollback_for_another_reason_than_the_fault_is_no_success() -> None:
    criterion = TimeToRollBack(rollout=ROLLOUT, phase=PHASE, at_most=9.0, slos=("first_attempt",))
    assert criterion.assess(run(ROLLED_BACK, requests=FAILED)).verdict is Verdict.FAIL


def test_never_to_roll_back_is_a_failure_where_the_canary_had_traffic() -> None:
    criterion = TimeToRollBack(rollout=ROLLOUT, phase=PHASE, at_most=9.0)
    assert criterion.assess(run(requests=FAILED)).verdict is Verdict.FAIL
    assert criterion.assess(run(requests=FAILED[:19])).verdict is Verdict.INCONCLUSIVE


def test_exposure_is_every_request_to_the_canary_under_its_fault() -> None:
    late = canary(3.2, outcome=Outcome.SERVED)
    finding = Exposure(rollout=ROLLOUT, phase=PHASE, at_most=20, needed=5).assess(
        run(ROLLED_BACK, requests=[*FAILED, late])
    )
    assert (finding.verdict, finding.value) == (Verdict.FAIL, 21)
    assert "20 of them before the decision, which needs 5 by its figures; 20 were not served" in finding.sentence
    assert Exposure(rollout=ROLLOUT, phase=PHASE, at_most=20, needed=5).assess(run()).verdict is Verdict.INCONCLUSIVE


def test_an_instance_that_goes_on_with_the_canary_is_seen_by_its_last_request() -> None:
    criterion = TimeToStop(rollout=ROLLOUT, phase=PHASE, at_most=2.5)
    assert criterion.assess(run(ROLLED_BACK, requests=FAILED)).value == 0
    assert criterion.assess(run(ROLLED_BACK, requests=[*FAILED, canary(6.0)])).verdict is Verdict.FAIL
    assert criterion.assess(run(requests=FAILED)).verdict is Verdict.INCONCLUSIVE


def test_one_request_to_the_canary_after_a_rollback_is_one_too_many() -> None:
    calm = [stable(number / 10) for number in range(20)]
    criterion = StaysRolledBack(phase=PHASE)
    assert criterion.assess(run(requests=calm)).verdict is Verdict.PASS
    assert criterion.assess(run(requests=[*calm, canary(5.0)])).verdict is Verdict.FAIL
    assert criterion.assess(run(requests=calm[:19])).verdict is Verdict.INCONCLUSIVE


AFTER = "after"
SPANS = [
    PhaseSpan(part=Part.MAIN, phase=PHASE, started_at=0.0, ended_at=10.0),
    PhaseSpan(part=Part.MAIN, phase=AFTER, started_at=10.0, ended_at=20.0),
]


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        ([change(2.0, "held"), change(12.0, "released")], Verdict.PASS),
        ([change(2.0, "held")], Verdict.FAIL),
        ([], Verdict.FAIL),
        ([change(2.0, "held"), change(9.0, "rolled_back", slo="error")], Verdict.FAIL),
    ],
    ids=["held and released", "never released", "never held", "rolled back"],
)
def test_a_shared_outage_is_to_be_held_and_then_gone_on_from(rows: list[JournalRow], verdict: Verdict) -> None:
    criterion = HeldNotRolledBack(rollout=ROLLOUT, phase=PHASE, after=AFTER)
    assert criterion.assess(run(*rows, phases=SPANS)).verdict is verdict


def test_a_good_canary_gets_everyone_with_a_step_by_evidence() -> None:
    criterion = ReachesEveryone(rollout=ROLLOUT, phase=PHASE, at_most=9.0)
    first = change(3.0, "stepped_up", "passed by evidence: 417 requests on this step", status="running")
    by_time = change(5.0, "stepped_up", "passed by time: 60 requests on this step", status="succeeded")
    assert criterion.assess(run(first, by_time)).value == pytest.approx(5.0)
    assert criterion.assess(run(by_time)).verdict is Verdict.FAIL
    assert criterion.assess(run(first)).sentence == "It is running at the phase's end."
    assert criterion.assess(run()).verdict is Verdict.FAIL


def test_a_caller_on_both_sides_is_found_once_every_instance_has_the_weight() -> None:
    criterion = CallersMoved(rollout=ROLLOUT, phase=PHASE)
    early = [canary(0.5), stable(1.0, caller="x"), canary(1.1, caller="x")]
    steady = [canary(4 + number / 10, caller="y") for number in range(6)]
    assert criterion.assess(run(requests=[*early, *steady])).verdict is Verdict.PASS
    moved = [*early, *steady, stable(6.0, caller="y")]
    assert criterion.assess(run(requests=moved)).evidence == ["y"]
    assert criterion.assess(run(requests=early)).verdict is Verdict.INCONCLUSIVE


def test_what_comes_after_a_change_of_weight_is_left_out() -> None:
    steady = [canary(4 + number / 10, caller="y") for number in range(6)]
    moved = run(ROLLED_BACK, change(5.0, "stepped_up"), requests=[canary(3.5), *steady, stable(8.0, caller="y")])
    assert CallersMoved(rollout=ROLLOUT, phase=PHASE).assess(moved).verdict is Verdict.INCONCLUSIVE


def test_the_canarys_share_is_compared_with_the_plan() -> None:
    criterion = CanaryShare(rollout=ROLLOUT, phase=PHASE, planned=0.1, at_most=0.05)
    rows = [canary(0.1), *(stable(3 + number / 100) for number in range(90))]
    ten = [canary(4 + number / 100) for number in range(10)]
    assert criterion.assess(run(requests=[*rows, *ten])).value == pytest.approx(0.0)
    assert criterion.assess(run(requests=[*rows, *ten, *(canary(5 + n / 100) for n in range(10))])).value > 0.05  # type: ignore[operator]
    assert criterion.assess(run(requests=rows)).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    "criterion",
    [
        TimeToRollBack(rollout=ROLLOUT, phase="another", at_most=1),
        Exposure(rollout=ROLLOUT, phase="another", at_most=1, needed=5),
        TimeToStop(rollout=ROLLOUT, phase="another", at_most=1),
        StaysRolledBack(phase="another"),
        HeldNotRolledBack(rollout=ROLLOUT, phase="another", after="another"),
        ReachesEveryone(rollout=ROLLOUT, phase="another", at_most=1),
    ],
    ids=lambda criterion: criterion.name,
)
def test_a_phase_that_did_not_run_is_not_asked_about(criterion: Criterion) -> None:
    assert criterion.assess(run(requests=FAILED)).verdict is Verdict.NOT_ASKED
    assert set(criterion.phases) == {"another"}
