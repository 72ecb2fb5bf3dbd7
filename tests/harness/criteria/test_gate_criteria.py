from typing import Any

import pytest

from harness.criteria.criterion import Criterion, Verdict
from harness.criteria.passes_before_ready import PassesBeforeReady
from harness.criteria.readiness_kept import StaysNotReady, StaysReady
from harness.criteria.readiness_lost import TimeToNotReady, TimeToReady
from harness.criteria.shed_while_not_ready import WorkWhileNotReady
from harness.record import JournalRow, Outcome, RequestRow, RunRecord
from tests.harness.rows import PHASE, record, request

GATE = "embeddings"
SHED: dict[str, Any] = {"outcome": Outcome.SHED, "reason": "not_ready", "status": 503, "attempts": None}


def journal(*changes: tuple[float, str], instance: str = "a") -> list[JournalRow]:
    """Entries of the gate, and those of the instance's readiness."""
    return [
        JournalRow(
            instance=instance,
            boot_id="boot",
            sequence=number,
            at=at,
            type=kind,
            subject=instance if kind.startswith("readiness") else GATE,
            reason="so",
            detail={"gates": [GATE]},
        )
        for number, (at, kind) in enumerate(changes, start=1)
    ]


def run(*rows: JournalRow, requests: tuple[RequestRow, ...] = (), **told: Any) -> RunRecord:
    """A fault from second 1 to 9, and answers of the instances `a` and `b`."""
    answers = [request("one", 0.5), request("two", 0.6, instance="b")]
    return record(journal=rows, requests=[*answers, *requests], **told)


LOST, REGAINED = "readiness_lost", "readiness_regained"
BOTH_OUT = [*journal((2.0, LOST), (11.0, REGAINED)), *journal((2.5, LOST), (12.0, REGAINED), instance="b")]


def test_the_slowest_instance_counts() -> None:
    assert TimeToNotReady(dependency=GATE, phase=PHASE, at_most=1.5).assess(run(*BOTH_OUT)).value == pytest.approx(1.5)
    assert TimeToReady(dependency=GATE, after=PHASE, at_most=4.0).assess(run(*BOTH_OUT)).value == pytest.approx(3.0)


def test_an_instance_that_stays_ready_although_it_cannot_work_fails() -> None:
    finding = TimeToNotReady(dependency=GATE, phase=PHASE, at_most=9.0).assess(run(*journal((2.0, LOST))))
    assert (finding.verdict, finding.sentence) == (Verdict.FAIL, "b stayed ready, although embeddings failed.")


def test_an_instance_that_does_not_come_back_fails() -> None:
    finding = TimeToReady(dependency=GATE, after=PHASE, at_most=9.0).assess(run(*journal((2.0, LOST))))
    assert (finding.verdict, finding.sentence) == (Verdict.FAIL, "a was not ready again.")


def test_nobody_comes_back_who_was_never_away() -> None:
    assert TimeToReady(dependency=GATE, after=PHASE, at_most=9.0).assess(run()).verdict is Verdict.INCONCLUSIVE


def test_a_fault_that_is_noticed_and_changes_nothing_passes() -> None:
    criterion = StaysReady(dependency=GATE, phase=PHASE)
    assert criterion.assess(run(*journal((2.0, "gate_shut")))).verdict is Verdict.PASS
    assert criterion.assess(run()).verdict is Verdict.INCONCLUSIVE
    assert criterion.assess(run(*journal((2.0, "gate_shut"), (2.0, LOST)))).verdict is Verdict.FAIL


def test_ready_again_between_two_failures_is_too_soon() -> None:
    criterion = StaysNotReady(dependency=GATE, phase=PHASE)
    assert criterion.assess(run(*BOTH_OUT)).verdict is Verdict.PASS
    assert criterion.assess(run(*journal((2.0, LOST), (4.0, REGAINED)))).verdict is Verdict.FAIL
    assert criterion.assess(run()).verdict is Verdict.INCONCLUSIVE


def test_the_passes_since_the_last_failure_are_counted_with_the_one_that_opened() -> None:
    criterion = PassesBeforeReady(gate=GATE, phase=PHASE, at_least=3)
    passed, failed, opened = "gate_check_passed", "gate_check_failed", "gate_opened"
    good = journal((1.0, "gate_shut"), (2.0, passed), (3.0, passed), (4.0, opened))
    hasty = journal((1.0, passed), (2.0, passed), (3.0, failed), (4.0, opened), instance="b")
    assert criterion.assess(run(*good)).value == 3
    finding = criterion.assess(run(*good, *hasty))
    assert (finding.verdict, finding.value) == (Verdict.FAIL, 1)
    assert criterion.assess(run()).verdict is Verdict.INCONCLUSIVE


def test_whatever_is_not_shed_by_an_instance_that_is_not_ready_was_taken_on() -> None:
    criterion = WorkWhileNotReady(phase=PHASE, at_most=0)
    shed = tuple(request(f"s{number}", 3.0, **SHED) for number in range(10))
    assert criterion.assess(run(*BOTH_OUT, requests=shed)).verdict is Verdict.PASS
    served = request("served", 3.0)
    assert criterion.assess(run(*BOTH_OUT, requests=(*shed, served))).evidence == ["served: served "]
    elsewhere = (request("early", 2.05), request("c", 3.0, instance="c"), request("l", 3.0, request="live"))
    assert criterion.assess(run(*BOTH_OUT, requests=(*shed, *elsewhere))).value == 0
    assert criterion.assess(run(*BOTH_OUT, requests=shed[:9])).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    "criterion",
    [
        TimeToNotReady(dependency=GATE, phase=PHASE, at_most=1),
        TimeToReady(dependency=GATE, after=PHASE, at_most=1),
        StaysReady(dependency=GATE, phase=PHASE),
        StaysNotReady(dependency=GATE, phase=PHASE),
    ],
    ids=lambda criterion: criterion.name,
)
def test_without_a_fault_nothing_is_asked(criterion: Criterion) -> None:
    assert criterion.assess(run(fault=None)).verdict is Verdict.NOT_ASKED
    assert criterion.phases == (PHASE,)
